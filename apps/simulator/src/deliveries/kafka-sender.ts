import {
  CompressionTypes,
  Kafka,
  logLevel,
  Partitioners,
  type Message,
  type Producer,
  type SASLOptions,
} from 'kafkajs';
import type { Answer } from '../account/account.js';
import type { Sender } from './dispatcher.js';

export interface KafkaSenderOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** Absent: no TLS. An empty object: TLS with the system's trusted roots. */
  readonly tls?: { readonly ca?: string };
}

interface Waiting {
  readonly message: Message;
  readonly resolve: (answer: Answer) => void;
}

const MAX_BATCH = 500;

/**
 * Produces as AMPECO does: one topic for all types, JSON values, gzip, no headers. Keys are not documented, so there are
 * none and records spread over the partitions. While one batch is on its way the next one gathers.
 */
export class KafkaSender implements Sender {
  private readonly producer: Producer;
  private waiting: Waiting[] = [];
  private sending = false;

  private constructor(
    kafka: Kafka,
    private readonly topic: string,
    /** Partition numbers of the topic. */
    readonly partitions: readonly number[],
  ) {
    this.producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  }

  /** Connects and makes the topic if it is missing, with the broker's defaults. Throws what kafkajs throws. */
  static async connect(options: KafkaSenderOptions): Promise<KafkaSender> {
    const kafka = new Kafka({
      clientId: 'chargelog-simulate',
      brokers: [...options.brokers],
      connectionTimeout: 3_000,
      retry: { retries: 4 },
      logLevel: logLevel.NOTHING,
      ...(options.tls !== undefined && {
        ssl: options.tls.ca === undefined ? true : { ca: [options.tls.ca] },
      }),
      ...(options.sasl !== undefined && { sasl: options.sasl as SASLOptions }),
    });
    const partitions = await findPartitions(kafka, options.topic);
    const sender = new KafkaSender(kafka, options.topic, partitions);
    await sender.producer.connect();
    return sender;
  }

  send(_name: string, body: Buffer): Promise<Answer> {
    return this.enqueue({ key: null, value: body });
  }

  /** Puts a record into one partition: behind everything that was acknowledged there before. */
  sendTo(partition: number, body: Buffer): Promise<Answer> {
    return this.enqueue({ key: null, value: body, partition });
  }

  close(): Promise<void> {
    return this.producer.disconnect();
  }

  private enqueue(message: Message): Promise<Answer> {
    return new Promise((resolve) => {
      this.waiting.push({ message, resolve });
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, MAX_BATCH);
      this.waiting = this.waiting.slice(MAX_BATCH);
      const answer = await this.produce(batch.map(({ message }) => message));
      for (const { resolve } of batch) resolve(answer);
    }
    this.sending = false;
  }

  private async produce(messages: Message[]): Promise<Answer> {
    try {
      await this.producer.send({ topic: this.topic, acks: -1, compression: CompressionTypes.GZIP, messages });
      return { kind: 'acknowledged', outcome: 'taken' };
    } catch (error) {
      // Part of the batch may have been written: a retry makes further copies, as AMPECO's would.
      return { kind: 'unreachable', reason: error instanceof Error ? error.name : String(error) };
    }
  }
}

async function findPartitions(kafka: Kafka, topic: string): Promise<number[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if (!(await admin.listTopics()).includes(topic)) {
      await admin.createTopics({ topics: [{ topic, numPartitions: -1, replicationFactor: -1 }] });
    }
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.flatMap(({ partitions }) => partitions.map(({ partitionId }) => partitionId));
  } finally {
    await admin.disconnect();
  }
}
