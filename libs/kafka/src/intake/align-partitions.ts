import type { Admin, Kafka, TopicPartitions } from 'kafkajs';
import type { Source } from '@chargelog/domain';
import type { EventLog, KafkaGap, KafkaPosition, KafkaPositions } from '@chargelog/pipeline';
import { decideStart } from './decide-start.js';
import type { IntakeLog } from './kafka-logger.js';
import { CLIENT_RETRY, type KafkaSourceConfig } from './kafka-source-config.js';

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
 * partition never read before (so that `latest` means the end as it was now, not as it is after the next restart). The
 * start of a topic is that of all its partitions, whoever reads them: one that is not on record later was added since.
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
  for (const { topic, partitions: ours } of assigned) {
    const stored = await context.positions.load(source.id, clusterId, topic);
    const isFirstTime = stored.size === 0;
    // Records of a partition that was added since are all new, and nobody may have looked for it for minutes.
    const startFrom = isFirstTime ? config.startFrom : 'earliest';
    for (const { partition, low, high, committed } of broker.partitions(topic, ours)) {
      const isOurs = ours.includes(partition);
      if (!isOurs && !isFirstTime) continue;
      const start = decideStart({ low, high, committed, stored: stored.get(partition), startFrom });
      // The gap of another's partition is for its reader to find.
      if (!isOurs && start.gap !== undefined) continue;
      const at = { sourceId: source.id, clusterId, topic, partition };
      if (start.gap !== undefined) gaps.push({ gap: { ...at, ...start.gap }, resumeAt: start.startAt });
      if (start.isNew) starts.push({ ...at, nextOffset: start.startAt });
      if (isOurs) partitions.push({ topic, partition, startAt: start.startAt, high, committed });
    }
  }
  if (!context.isCurrent()) return { clusterId, partitions: [] };
  for (const { gap, resumeAt } of gaps) {
    if (!(await context.positions.recordGap(gap, resumeAt))) {
      throw new Error(`another reader has moved the position of ${gap.topic}/${gap.partition} meanwhile`);
    }
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

interface PartitionOffsets {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
  readonly committed: bigint | undefined;
}

interface BrokerOffsets {
  readonly clusterId: string;
  /** All partitions of a topic. Throws when one of the `required` is not among them. */
  partitions(topic: string, required: readonly number[]): readonly PartitionOffsets[];
}

async function readBrokerOffsets(
  admin: Admin,
  groupId: string,
  assigned: readonly TopicPartitions[],
): Promise<BrokerOffsets> {
  const { clusterId } = await admin.describeCluster();
  const topics = assigned.map(({ topic }) => topic);
  const committed = topics.length === 0 ? [] : await admin.fetchOffsets({ groupId, topics });
  const committedAt = (topic: string, partition: number): bigint | undefined => {
    const offsets = committed.find((entry) => entry.topic === topic)?.partitions ?? [];
    const value = BigInt(offsets.find((entry) => entry.partition === partition)?.offset ?? -1);
    // −1 is "none"; the client itself writes −1 or −2 when it resets a group.
    return value < 0n ? undefined : value;
  };
  const ends = new Map<string, readonly PartitionOffsets[]>();
  for (const topic of topics) {
    const offsets = await admin.fetchTopicOffsets(topic);
    ends.set(
      topic,
      offsets.map(({ partition, low, high }) => ({
        partition,
        low: BigInt(low),
        high: BigInt(high),
        committed: committedAt(topic, partition),
      })),
    );
  }
  return {
    // Some brokers that speak the protocol have no cluster id; the topic and partition still name the record.
    clusterId: clusterId === '' ? 'unnamed' : (clusterId ?? 'unnamed'),
    partitions: (topic, required) => {
      const described = ends.get(topic) ?? [];
      const missing = required.find((number) => !described.some(({ partition }) => partition === number));
      if (missing !== undefined)
        throw new Error(`the broker does not describe partition ${missing} of topic ${topic}`);
      return described;
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
