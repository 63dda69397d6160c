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

/**
 * The positions a Kafka source has reached. Postgres is the truth; the consumer group's own offsets are a courtesy.
 * Positions are written by `EventLog.append`, in the batch's transaction.
 */
export interface KafkaPositions {
  /** Next offset to read by partition; a partition never read is absent. */
  load(sourceId: number, clusterId: string, topic: string): Promise<ReadonlyMap<number, bigint>>;
  /** Records a gap once (same range again is the same gap) and moves the stored position to `resumeAt`. */
  recordGap(gap: KafkaGap, resumeAt: bigint): Promise<void>;
  countGaps(sourceId: number): Promise<number>;
}
