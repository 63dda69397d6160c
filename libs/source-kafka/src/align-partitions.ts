import type { Source } from '@chargelog/domain';
import type { EventLog, KafkaGap, KafkaPosition, KafkaPositions } from '@chargelog/pipeline';
import type { Admin, Kafka, TopicPartitions } from 'kafkajs';
import { decideStart } from './decide-start.js';
import { CLIENT_RETRY, type KafkaSourceConfig } from './kafka-source-config.js';
import type { IntakeLog } from './kafka-logger.js';

interface AlignedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly startAt: bigint;
  readonly high: bigint;
  readonly committed: bigint | undefined;
}

export interface Alignment {
  readonly clusterId: string;
  readonly partitions: readonly AlignedPartition[];
}

export interface AlignmentContext {
  readonly kafka: Kafka;
  readonly source: Source;
  readonly config: KafkaSourceConfig;
  readonly eventLog: EventLog;
  readonly positions: KafkaPositions;
  readonly log: IntakeLog;
  /** False when the assignment was taken away meanwhile; nothing is written then. */
  readonly isCurrent: () => boolean;
}

/**
 * Finds where each assigned partition has to be read on and writes down what follows from it: gaps, and the start of a
 * partition never read before (so that `latest` means the end as it was now, not as it is after the next restart).
 *
 * @throws whatever the broker or the event log throws; everything here may be done again.
 */
export async function alignPartitions(
  context: AlignmentContext,
  assigned: readonly TopicPartitions[],
): Promise<Alignment> {
  const { source, config, log } = context;
  const broker = await withAdmin(context.kafka, (admin) =>
    readBrokerOffsets(admin, config.groupId, assigned),
  );
  const { clusterId } = broker;
  const partitions: AlignedPartition[] = [];
  const gaps: { gap: KafkaGap; resumeAt: bigint }[] = [];
  const starts: KafkaPosition[] = [];
  for (const { topic, partitions: numbers } of assigned) {
    const stored = await context.positions.load(source.id, clusterId, topic);
    for (const partition of numbers) {
      const facts = broker.partition(topic, partition);
      const start = decideStart({ ...facts, stored: stored.get(partition), startFrom: config.startFrom });
      const at = { sourceId: source.id, clusterId, topic, partition };
      if (start.gap !== undefined) gaps.push({ gap: { ...at, ...start.gap }, resumeAt: start.startAt });
      if (start.isNew) starts.push({ ...at, nextOffset: start.startAt });
      partitions.push({
        topic,
        partition,
        startAt: start.startAt,
        high: facts.high,
        committed: facts.committed,
      });
    }
  }
  if (!context.isCurrent()) return { clusterId, partitions: [] };
  for (const { gap, resumeAt } of gaps) {
    await context.positions.recordGap(gap, resumeAt);
    log('error', 'offsets were gone before they could be read', {
      source: source.name,
      ...toFields(gap),
      resumeAt: resumeAt.toString(),
    });
  }
  if (starts.length > 0) await context.eventLog.append({ entries: [], positions: starts });
  return { clusterId, partitions };
}

function toFields(gap: KafkaGap): Record<string, unknown> {
  const { clusterId, topic, partition, reason } = gap;
  return {
    clusterId,
    topic,
    partition,
    reason,
    fromOffset: `${gap.fromOffset}`,
    toOffset: `${gap.toOffset}`,
  };
}

interface BrokerOffsets {
  readonly clusterId: string;
  partition(topic: string, partition: number): { low: bigint; high: bigint; committed: bigint | undefined };
}

async function readBrokerOffsets(
  admin: Admin,
  groupId: string,
  assigned: readonly TopicPartitions[],
): Promise<BrokerOffsets> {
  const { clusterId } = await admin.describeCluster();
  const topics = assigned.map(({ topic }) => topic);
  const committed = topics.length === 0 ? [] : await admin.fetchOffsets({ groupId, topics });
  const ends = new Map<string, Awaited<ReturnType<Admin['fetchTopicOffsets']>>>();
  for (const topic of topics) ends.set(topic, await admin.fetchTopicOffsets(topic));
  return {
    // Some brokers that speak the protocol have no cluster id; the topic and partition still name the record.
    clusterId: clusterId === '' ? 'unnamed' : (clusterId ?? 'unnamed'),
    partition: (topic, partition) => {
      const end = ends.get(topic)?.find((offsets) => offsets.partition === partition);
      if (end === undefined)
        throw new Error(`the broker does not describe partition ${partition} of topic ${topic}`);
      const offset = committed
        .find((offsets) => offsets.topic === topic)
        ?.partitions.find((offsets) => offsets.partition === partition)?.offset;
      const value = offset === undefined ? -1n : BigInt(offset);
      // −1 is "none"; the client itself writes −1 or −2 when it resets a group.
      return { low: BigInt(end.low), high: BigInt(end.high), committed: value < 0n ? undefined : value };
    },
  };
}

/** Runs one piece of work on an admin connection of its own; none is kept open for the minutes in between. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin({ retry: { ...CLIENT_RETRY } });
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
