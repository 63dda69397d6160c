/** A range of offsets that was due but could not be read any more: `fromOffset` inclusive, `toOffset` exclusive. */
export interface KafkaGap {
  readonly sourceId: number;
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: bigint;
  readonly toOffset: bigint;
  readonly reason: 'start-above-position' | 'end-below-position';
}

/** The position at which a gap was found: the offset that was due. */
export function dueOffset({ reason, fromOffset, toOffset }: KafkaGap): bigint {
  return reason === 'start-above-position' ? fromOffset : toOffset;
}

/** The gaps of one source in numbers. */
export interface KafkaGapSummary {
  /** Ever recorded; never fewer. */
  readonly recorded: number;
  /** Of these, those that nobody has acknowledged. */
  readonly unacknowledged: number;
  /** The last recorded of those. */
  readonly latestUnacknowledged: KafkaGap | undefined;
}

/**
 * The positions a Kafka source has reached. Where one is stored, it alone decides where reading goes on; what the consumer
 * group has committed at the broker counts only for a partition without one, and is otherwise for Kafka's own tools.
 * Positions are written by `EventLog.append`, in the batch's transaction.
 */
export interface KafkaPositions {
  /** Names the event log for as long as it lives, so that gateways that store into different ones can tell. */
  logName(): Promise<string>;
  /** Next offset to read by partition; a partition never read is absent. */
  load(sourceId: number, clusterId: string, topic: string): Promise<ReadonlyMap<number, bigint>>;
  /**
   * Records a gap once (same range again is the same gap, acknowledged or not) and moves the position to `resumeAt`.
   *
   * @returns false when the position was no longer where the gap was found, and nothing was done: another reader has
   *   moved it meanwhile, and must not be set back by one that was asleep.
   */
  recordGap(gap: KafkaGap, resumeAt: bigint): Promise<boolean>;
  summarizeGaps(sourceId: number): Promise<KafkaGapSummary>;
}
