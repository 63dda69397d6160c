import type { DataForm } from '@chargelog/catalogue';
import type { EventFilter } from './event-reader.js';

export type ReplayState = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface ReplayFailure {
  readonly eventId: string;
  /** Last HTTP status, or undefined when no answer came. */
  readonly status: number | undefined;
  readonly message: string;
  readonly attempts: number;
}

/** A bounded job that sends stored events again. */
export interface Replay {
  readonly id: string;
  readonly state: ReplayState;
  readonly filter: EventFilter;
  readonly targetUrl: string;
  /** How bodies are sent; fixed by what the key that created the job may see. */
  readonly form: DataForm;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** Fixed at creation: nothing after it is sent. */
  readonly endPosition: bigint;
  /** Everything at or below it has been sent or did not match. */
  readonly position: bigint;
  readonly sentCount: bigint;
  /** Deliveries that had to be tried again so far. */
  readonly retryCount: bigint;
  readonly failure: ReplayFailure | undefined;
}

export interface NewReplay {
  readonly id: string;
  readonly filter: EventFilter;
  readonly targetUrl: string;
  /** How bodies are sent; fixed by what the key that created the job may see. */
  readonly form: DataForm;
  readonly endPosition: bigint;
}

export interface ReplayProgress {
  readonly position: bigint;
  readonly sentCount: bigint;
  readonly retryCount: bigint;
}

/** A claim on one replay: while it is held, no other instance works on it. Lost when the database connection is. */
export interface ReplayClaim {
  readonly replay: Replay;
  /** Aborted when the claim is lost; work must stop at once. */
  readonly signal: AbortSignal;
  /** Stores progress. Returns the current state: `cancelled` means stop. */
  progress(progress: ReplayProgress): Promise<ReplayState>;
  finish(state: 'completed' | 'failed', progress: ReplayProgress, failure?: ReplayFailure): Promise<void>;
  release(): Promise<void>;
}

export const JOB_STORE = Symbol('JobStore');

export interface JobStore {
  create(replay: NewReplay): Promise<Replay>;
  find(id: string): Promise<Replay | undefined>;
  /** Newest first; with tenants, those alone that send no other tenant's events. */
  list(limit: number, tenants?: readonly string[]): Promise<readonly Replay[]>;
  /** Marks an unfinished replay cancelled; undefined when unknown. A finished one is returned unchanged. */
  cancel(id: string): Promise<Replay | undefined>;
  /** Claims the oldest replay that is pending, or running but claimed by nobody (its worker died). */
  claimNext(): Promise<ReplayClaim | undefined>;
}
