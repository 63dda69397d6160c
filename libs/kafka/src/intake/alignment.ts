import type { Kafka, TopicPartitions } from 'kafkajs';
import type { KafkaGap, KafkaPosition } from '@chargelog/pipeline';
import { readBrokerOffsets, type PartitionOffsets } from './broker-offsets.js';
import { withAdmin } from './client.js';
import type { IntakeContext } from './intake-context.js';

interface AlignedPartition extends Omit<PartitionOffsets, 'low'> {
  readonly topic: string;
  readonly startAt: bigint;
}

export interface Alignment {
  readonly clusterId: string;
  readonly partitions: readonly AlignedPartition[];
}

export interface AlignmentContext extends IntakeContext {
  readonly kafka: Kafka;
  /** False when the assignment was taken away meanwhile; nothing is written then. */
  readonly isCurrent: () => boolean;
}

/**
 * Finds where each assigned partition has to be read on and stores what follows from it: gaps, and the start of a
 * partition never read before (so that `latest` means the end as it was now, not as it is after the next restart). The
 * start of a topic is that of all its partitions, whoever reads them: one that is not on record later was added since.
 *
 * @throws whatever the broker or the event log throws; everything here may be done again.
 */
export async function alignPartitions(
  context: AlignmentContext,
  assigned: readonly TopicPartitions[],
): Promise<Alignment> {
  const { source, config } = context;
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
  for (const { gap, resumeAt } of gaps) await recordGap(context, gap, resumeAt);
  if (starts.length > 0) await context.eventLog.append({ entries: [], positions: starts });
  return { clusterId, partitions };
}

async function recordGap(
  { positions, source, log }: AlignmentContext,
  gap: KafkaGap,
  resumeAt: bigint,
): Promise<void> {
  const { clusterId, topic, partition, reason, fromOffset, toOffset } = gap;
  if (!(await positions.recordGap(gap, resumeAt))) {
    throw new Error(`another reader has moved the position of ${topic}/${partition} meanwhile`);
  }
  log('error', 'offsets were gone before they could be read', {
    source: source.name,
    clusterId,
    topic,
    partition,
    reason,
    fromOffset: fromOffset.toString(),
    toOffset: toOffset.toString(),
    resumeAt: resumeAt.toString(),
  });
}

/** What is known of one partition when it is assigned. */
export interface PartitionFacts extends Omit<PartitionOffsets, 'partition'> {
  /** Position in the event log; undefined when this source never read the partition. */
  readonly stored: bigint | undefined;
  readonly startFrom: 'earliest' | 'latest';
}

interface PartitionStart {
  readonly startAt: bigint;
  /** Offsets that were due and are gone. */
  readonly gap: Pick<KafkaGap, 'fromOffset' | 'toOffset' | 'reason'> | undefined;
  /** True when the start is not on record yet: it has to be stored before anything else can happen. */
  readonly isNew: boolean;
}

/**
 * Where to read on. The stored position decides, whatever the group has committed; only a partition never read takes
 * the group's own place, and only without one `startFrom`.
 *
 * - The broker's first offset lies above the position: the records between were deleted before they were read. Gap.
 * - Its end lies below: the log was cut, or the topic made anew. The vanished range is a gap, and everything the broker
 *   has is read again, because a new topic's records would otherwise never be seen; those read before are recognised.
 */
export function decideStart(facts: PartitionFacts): PartitionStart {
  const { stored, committed, low, high, startFrom } = facts;
  // A commit beyond the end belongs to an earlier topic of that name.
  const due = stored ?? (committed !== undefined && committed <= high ? committed : undefined);
  const isNew = stored === undefined;
  if (due === undefined) {
    return { startAt: startFrom === 'earliest' ? low : high, gap: undefined, isNew };
  }
  if (due < low) {
    return { startAt: low, gap: { fromOffset: due, toOffset: low, reason: 'start-above-position' }, isNew };
  }
  if (due > high) {
    return { startAt: low, gap: { fromOffset: high, toOffset: due, reason: 'end-below-position' }, isNew };
  }
  return { startAt: due, gap: undefined, isNew };
}
