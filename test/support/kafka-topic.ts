import { findKafka } from './kafka/find-kafka.js';
import { sharedBroker } from './kafka/shared-broker.js';
import type { TestBroker } from './kafka/start-broker.js';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { describe } from 'vitest';

const found = await findKafka(process.env);

/** False: what needs a broker is skipped by name. With `REQUIRE_KAFKA=1` it is tried, and fails. */
export const hasKafka = found.available || process.env['REQUIRE_KAFKA'] === '1';

/** To be put behind the title of what needs a broker; empty where there is one. */
export const whySkipped = found.available ? '' : ` (skipped: ${found.reason})`;

export function describeWithKafka(title: string, suite: () => void): void {
  describe.skipIf(!hasKafka)(`${title}${whySkipped}`, suite);
}

/** A topic of one's own on the shared broker, and clients connected to it. */
export interface KafkaTopic {
  readonly broker: TestBroker;
  readonly admin: Admin;
  readonly producer: Producer;
  readonly close: () => Promise<void>;
}

/** @param topic unique among the test files, as is the group that reads it */
export async function startKafkaTopic(topic: string, numPartitions: number): Promise<KafkaTopic> {
  const broker = await sharedBroker();
  const kafka = new Kafka({ brokers: [broker.brokers.plaintext], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer();
  const close = async (): Promise<void> => {
    await producer.disconnect();
    await admin.disconnect();
  };
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions }] });
  await producer.connect();
  return { broker, admin, producer, close };
}
