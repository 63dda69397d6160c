import type { Kafka, TopicPartitions } from 'kafkajs';
import { isOtherLog, type GapRecording, type KafkaGap, type KafkaPosition } from '@chargelog/pipeline';
import type { TopicIdentity } from '../wire/topic-identity.js';
import type { BrokerAccess } from './broker-access.js';
import { PartitionsUnknown, readBrokerOffsets, type PartitionOffsets } from './broker-offsets.js';
import { errorText, withAdmin } from './client.js';
import type { IntakeContext } from './intake-context.js';
import { inspectLog, type LogFinding } from './log-inspector.js';
import { markOf } from './log-mark.js';
import type { AlignedLog } from './partition-ledger.js';

interface AlignedPartition extends Omit<PartitionOffsets, 'low'> {
  readonly topic: string;
  readonly startAt: bigint;
  readonly log: AlignedLog;
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
  const { config, kafka } = context;
  const { clusterId, decided } = await withAdmin(kafka, async (broker) => {
    const offsets = await readBrokerOffsets(broker, config.groupId, assigned);
    const identities = await broker.identify(assigned.map(({ topic }) => topic));
    const all: DecidedPartition[] = [];
    for (const { topic, partitions: ours } of assigned) {
      const described = offsets.partitions(topic, ours);
      const identity = identities.find(({ name }) => name === topic);
      const decide = { broker, identity, clusterId: offsets.clusterId, topic, ours, described };
      all.push(...(await decideTopic(context, decide)));
    }
    return { clusterId: offsets.clusterId, decided: all };
  });
  if (!context.isCurrent()) return { clusterId, partitions: [] };
  for (const { gap } of decided) if (gap !== undefined) await recordGap(context, gap.gap, gap.recording);
  const positions = decided.flatMap(({ start }) => start ?? []);
  if (positions.length > 0) await context.eventLog.append({ entries: [], positions });
  return { clusterId, partitions: decided.flatMap(({ aligned }) => aligned ?? []) };
}

/** What follows for one partition. */
interface DecidedPartition {
  readonly gap: { readonly gap: KafkaGap; readonly recording: GapRecording } | undefined;
  /** Where it starts, when that is not on record yet and leaves no gap. */
  readonly start: KafkaPosition | undefined;
  /** Undefined for a partition that others read. */
  readonly aligned: AlignedPartition | undefined;
}

interface DescribedTopic {
  readonly broker: BrokerAccess;
  readonly identity: TopicIdentity | undefined;
  readonly clusterId: string;
  readonly topic: string;
  readonly ours: readonly number[];
  /** All its partitions. */
  readonly described: readonly PartitionOffsets[];
}

async function decideTopic(
  { source, config, positions }: AlignmentContext,
  { broker, identity, clusterId, topic, ours, described }: DescribedTopic,
): Promise<DecidedPartition[]> {
  const stored = await positions.load(source.id, clusterId, topic);
  const logs = await positions.loadLogs(source.id, clusterId, topic);
  const isFirstTime = stored.size === 0;
  // Records of a partition that was added since are all new, and nobody may have looked for it for minutes.
  const startFrom = isFirstTime ? config.startFrom : 'earliest';
  const decide = async (found: PartitionOffsets): Promise<DecidedPartition> => {
    const { partition, low, high, committed } = found;
    const isOurs = ours.includes(partition);
    const { number = 0, mark } = logs.get(partition) ?? {};
    const marked = { topic, partition, low, high, mark: isOurs ? mark : undefined };
    const inspected = await inspectLog(broker, identity, marked).catch((error: unknown) => {
      // What the others hold is known, and they go on.
      throw new PartitionsUnknown(topic, [partition], errorText(error));
    });
    const { startAt, gap } = decideStart({ ...found, stored: stored.get(partition), startFrom, inspected });
    const { topicId, leaderEpoch } = inspected;
    const isOther = gap !== undefined && isOtherLog(gap.reason);
    const log = { number: isOther ? number + 1 : number, topicId, leaderEpoch };
    const at = { sourceId: source.id, clusterId, topic, partition };
    const isNew = !stored.has(partition);
    const newMark = isNew || isOther ? { mark: markOf(topicId) } : {};
    return {
      gap: gap && {
        gap: { ...at, ...gap },
        recording: {
          resumeAt: startAt,
          logNumber: number,
          ...newMark,
          acknowledged: acknowledgementOf(gap, committed),
        },
      },
      start:
        isNew && gap === undefined
          ? { ...at, nextOffset: startAt, log: { number, mark: markOf(topicId) } }
          : undefined,
      aligned: isOurs ? { topic, partition, startAt, high, committed, log } : undefined,
    };
  };
  // The gap of another's partition is for its reader to find, but where a topic never read before starts is decided once.
  const wanted = described.filter(({ partition }) => isFirstTime || ours.includes(partition));
  const decided: DecidedPartition[] = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    decided.push(...(await Promise.all(wanted.slice(at, at + AT_ONCE).map(decide))));
  }
  return decided;
}

/** Partitions looked at together: each may bring a record batch of some MB into memory. */
const AT_ONCE = 8;

/**
 * What `latest` passes over at a first start was asked for. Not so when the group has committed below the end: it was being
 * read, so this database has been lost or exchanged, and somebody has to know of what is not here.
 */
function acknowledgementOf(
  { reason, toOffset }: Pick<KafkaGap, 'reason' | 'toOffset'>,
  committed: bigint | undefined,
): GapRecording['acknowledged'] {
  if (reason !== 'passed-by-latest' || (committed !== undefined && committed < toOffset)) return undefined;
  return { by: 'configuration', reason: 'startFrom is latest' };
}

async function recordGap(
  { positions, source, log }: AlignmentContext,
  gap: KafkaGap,
  recording: GapRecording,
): Promise<void> {
  const { clusterId, topic, partition, reason, fromOffset, toOffset } = gap;
  if (!(await positions.recordGap(gap, recording))) {
    throw new Error(`another reader has moved the position of ${topic}/${partition} meanwhile`);
  }
  log(recording.acknowledged === undefined ? 'error' : 'info', GAP_MESSAGES[reason], {
    source: source.name,
    clusterId,
    topic,
    partition,
    reason,
    fromOffset: fromOffset.toString(),
    toOffset: toOffset.toString(),
    resumeAt: recording.resumeAt.toString(),
  });
}

const GAP_MESSAGES: Readonly<Record<KafkaGap['reason'], string>> = {
  'start-above-position': 'offsets were gone before they could be read',
  'end-below-position': 'offsets were gone before they could be read',
  'log-replaced':
    'the partition has another log than the one that was read; the new one is read from its start',
  'passed-by-latest': 'records that were there at the first start are passed over',
};

/** What is known of one partition when it is assigned. */
export interface PartitionFacts {
  /** First offset the broker still has. */
  readonly low: bigint;
  /** Offset the next record written will get. */
  readonly high: bigint;
  /** Position in the event log; undefined when this source never read the partition. */
  readonly stored: bigint | undefined;
  readonly startFrom: 'earliest' | 'latest';
  readonly inspected: Pick<LogFinding, 'other'>;
}

interface PartitionStart {
  readonly startAt: bigint;
  /** Offsets that are not read. */
  readonly gap: Pick<KafkaGap, 'fromOffset' | 'toOffset' | 'reason'> | undefined;
}

/**
 * Where to read on. The stored position decides; a partition that this database has never seen starts at `startFrom`. What
 * the group has committed decides nothing: it belongs to whoever committed it, and to the database that was there then.
 * Records read twice are recognised.
 *
 * - The broker's first offset lies above the position: the records between were deleted before they were read. Gap.
 * - Its end lies below: the log was cut, or the topic made anew. The vanished range is a gap, and everything the broker
 *   has is read again, because a new topic's records would otherwise never be seen; those read before are recognised.
 * - The position lies in another log than the one that was read. The new one is read from where it begins, and what the
 *   former one held beyond the position is lost.
 */
export function decideStart({ stored, low, high, startFrom, inspected }: PartitionFacts): PartitionStart {
  if (stored === undefined) {
    const isPassed = startFrom === 'latest' && low < high;
    return {
      startAt: startFrom === 'earliest' ? low : high,
      gap: isPassed ? { fromOffset: low, toOffset: high, reason: 'passed-by-latest' } : undefined,
    };
  }
  if (stored > high) {
    return { startAt: low, gap: { fromOffset: high, toOffset: stored, reason: 'end-below-position' } };
  }
  if (inspected.other !== undefined) {
    const { newFrom = low } = inspected.other;
    return {
      startAt: newFrom > low ? newFrom : low,
      gap: { fromOffset: stored, toOffset: stored, reason: 'log-replaced' },
    };
  }
  if (stored < low) {
    return { startAt: low, gap: { fromOffset: stored, toOffset: low, reason: 'start-above-position' } };
  }
  return { startAt: stored, gap: undefined };
}
