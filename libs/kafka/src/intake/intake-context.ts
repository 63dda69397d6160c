import type { Delivery, Source } from '@chargelog/domain';
import type { EventLog, KafkaPositions, Prepared } from '@chargelog/pipeline';
import type { KafkaConsumerConfig } from './consumer-config.js';
import type { GroupClaims } from './group-claims.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type IntakeLog = (level: LogLevel, message: string, fields: Record<string, unknown>) => void;

/** What one append did, for metrics. */
export interface IntakeBatchStats {
  readonly topic: string;
  readonly partition: number;
  /** All records of the slice. */
  readonly recordCount: number;
  /** Of these, those without a value: passed over. */
  readonly tombstoneCount: number;
  readonly byteCount: number;
  readonly storedCount: number;
  readonly duplicateCount: number;
  readonly quarantinedCount: number;
  /** From handing the slice to the event log until its commit, tries included. */
  readonly appendMs: number;
}

/** What all parts of one source's intake work with. */
export interface IntakeContext {
  readonly source: Source;
  readonly config: KafkaConsumerConfig;
  /** This source's own writer. */
  readonly eventLog: EventLog;
  readonly positions: KafkaPositions;
  /** Pure; decides what a delivery is. */
  readonly prepare: (delivery: Delivery) => Prepared;
  readonly log: IntakeLog;
  /** Of all sources of this process. */
  readonly claims: GroupClaims;
  readonly onBatch?: ((stats: IntakeBatchStats) => void) | undefined;
  /** The assigned partitions are being read from their positions; gaps found on the way are on record. */
  readonly onAligned?: (() => void) | undefined;
}
