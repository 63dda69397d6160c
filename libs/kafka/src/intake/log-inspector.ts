import type { LogMark } from '@chargelog/pipeline';
import type { BrokerAccess } from './broker-access.js';
import type { TopicIdentity } from '../wire/topic-identity.js';
import { digestOf } from './log-mark.js';

export interface MarkedPartition {
  readonly topic: string;
  readonly partition: number;
  /** First offset the broker still has. */
  readonly low: bigint;
  /** Offset the next record written will get. */
  readonly high: bigint;
  /** Undefined when nothing is known of the log that was read. */
  readonly mark: LogMark | undefined;
}

/** What is known of the log that a partition has now. */
export interface LogFinding {
  readonly topicId: string | undefined;
  /** Of its present leader. */
  readonly leaderEpoch: number | undefined;
  /** Set when it is another log than the marked one. */
  readonly other: { readonly newFrom: bigint | undefined } | undefined;
}

/**
 * Finds out whether a partition still has the log that was read, before anything is fetched from the offset reached in it.
 * Another log is recognized by whichever of these the broker offers:
 *
 * - The topic has another id: it was deleted and made anew.
 * - The last leader whose records were read has none of them any more: the log was cut, and other records were written from
 *   there on. Where, the broker says.
 * - The last record that was read is another one. So a broker is recognized too that was restored from a copy and counts
 *   its leaders anew, and one that has no topic ids.
 *
 * A record that is no longer there (retention, compaction) says nothing, and neither does a call that a broker lacks.
 *
 * @param broker has described the topic
 * @throws what the client throws.
 */
export async function inspectLog(
  broker: BrokerAccess,
  identity: TopicIdentity | undefined,
  { topic, partition, low, high, mark }: MarkedPartition,
): Promise<LogFinding> {
  const epoch = identity?.leaderEpochs.get(partition) ?? -1;
  const topicId = identity?.topicId;
  const known = { topicId, leaderEpoch: epoch < 0 ? undefined : epoch };
  if (topicId !== undefined && mark?.topicId !== undefined && topicId !== mark.topicId)
    return { ...known, other: { newFrom: undefined } };
  if (mark?.recordOffset === undefined) return { ...known, other: undefined };
  const recordOffset = BigInt(mark.recordOffset);
  if (mark.leaderEpoch !== undefined) {
    const end = await broker.endOfLeader(topic, partition, mark.leaderEpoch);
    if (end !== undefined && end <= recordOffset) return { ...known, other: { newFrom: end } };
  }
  if (recordOffset < low || recordOffset >= high) return { ...known, other: undefined };
  const records = await broker.recordsAt(topic, partition, recordOffset);
  const now = records.find(({ offset }) => BigInt(offset) === recordOffset);
  const isOther = now !== undefined && digestOf(now) !== mark.recordDigest;
  return { ...known, other: isOther ? { newFrom: undefined } : undefined };
}
