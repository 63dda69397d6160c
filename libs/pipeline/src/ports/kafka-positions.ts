import type { LogMark, PartitionLog } from './event-log.js';

/**
 * A range of offsets that was not read and will not be: `fromOffset` inclusive, `toOffset` exclusive.
 *
 * - `start-above-position`: the broker had deleted the records before they were read.
 * - `end-below-position`: its log ends below what was read. The topic was made anew or its log cut.
 * - `log-replaced`: the offset that was due is in another log than the one that was read up to there. The topic was made
 *   anew, or its log cut, and written on. How many records of the former log were never read is not known, so the range is
 *   empty: both offsets are the one that was due.
 * - `passed-by-latest`: a partition never read before was begun at its end, because `startFrom` is `latest`.
 */
export interface KafkaGap {
  readonly sourceId: number;
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: bigint;
  readonly toOffset: bigint;
  readonly reason: 'start-above-position' | 'end-below-position' | 'log-replaced' | 'passed-by-latest';
}

/** The position at which a gap was found: the offset that was due. Undefined where none was. */
export function dueOffset({ reason, fromOffset, toOffset }: KafkaGap): bigint | undefined {
  if (reason === 'passed-by-latest') return undefined;
  return reason === 'end-below-position' ? toOffset : fromOffset;
}

/** Whether reading goes on in another log than before. */
export function isOtherLog(reason: KafkaGap['reason']): boolean {
  return reason === 'end-below-position' || reason === 'log-replaced';
}

export interface GapRecording {
  /** Where reading goes on. */
  readonly resumeAt: bigint;
  /** Number of the log in which the gap was found; any when left out. */
  readonly logNumber?: number;
  /** Of the log in which reading goes on. When left out, that of the stored position stays, unless it is another log. */
  readonly mark?: LogMark;
  /** Says that nobody has to acknowledge the gap, and why. */
  readonly acknowledged?: { readonly by: string; readonly reason: string } | undefined;
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
 * The positions a Kafka source has reached. Where one is stored, it decides where reading goes on, as long as the partition
 * has the log in which it was reached; where none is, `startFrom`. What the consumer group has committed at the broker is
 * for Kafka's own tools. Positions are written by `EventLog.append`, in the batch's transaction.
 */
export interface KafkaPositions {
  /** Names the event log for as long as it lives, so that gateways that store into different ones can tell. */
  logName(): Promise<string>;
  /** Next offset to read by partition; a partition never read is absent. */
  load(sourceId: number, clusterId: string, topic: string): Promise<ReadonlyMap<number, bigint>>;
  /** The logs that the positions are in, by partition. */
  loadLogs(sourceId: number, clusterId: string, topic: string): Promise<ReadonlyMap<number, PartitionLog>>;
  /**
   * Records a gap once (same range of the same log again is the same gap, acknowledged or not) and moves the position.
   *
   * @returns false when the position was no longer where the gap was found, and nothing was done: another reader has
   *   moved it meanwhile, and must not be set back by one that was asleep.
   */
  recordGap(gap: KafkaGap, recording: GapRecording): Promise<boolean>;
  summarizeGaps(sourceId: number): Promise<KafkaGapSummary>;
}
