import type { KafkaGap } from '@chargelog/pipeline';

/** What is known of one partition when it is assigned. Offsets are next offsets: the first that has not been read. */
export interface PartitionFacts {
  /** Position in the event log; undefined when this source never read the partition. */
  readonly stored: bigint | undefined;
  /** What the consumer group has committed at the broker; undefined when nothing. */
  readonly committed: bigint | undefined;
  /** First offset the broker still has. */
  readonly low: bigint;
  /** Offset the next record written will get. */
  readonly high: bigint;
  readonly startFrom: 'earliest' | 'latest';
}

export interface PartitionStart {
  readonly startAt: bigint;
  /** Offsets that were due and are gone. */
  readonly gap: Pick<KafkaGap, 'fromOffset' | 'toOffset' | 'reason'> | undefined;
  /** True when the event log does not know the start yet and must be told before anything else can happen. */
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
