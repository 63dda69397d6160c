import type { DataForm } from '@chargelog/catalogue';
import type { EventFilter } from '@chargelog/pipeline';

export type ReplayState = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface ReplayFailure {
  readonly eventId: string;
  /** Last HTTP status, or undefined when no answer came. */
  readonly status: number | undefined;
  readonly message: string;
  readonly attempts: number;
}

/** The event that a replay stands at because its target has not acknowledged it, as of the last attempt. */
export interface ReplayRetry extends ReplayFailure {
  /** How many of the attempts the target refused (3xx, 4xx); these have a limit of their own. */
  readonly refusals: number;
  /** More attempts like the last one that are made before the replay fails. */
  readonly attemptsLeft: number;
}

/** A bounded job that sends stored events again. */
export interface Replay {
  readonly id: string;
  readonly state: ReplayState;
  readonly filter: EventFilter;
  /** Once the job is finished, without its query: of that only the `?` is left. */
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
  /** Undefined unless the event after the position is waiting for another attempt. */
  readonly retry: ReplayRetry | undefined;
  /** Nobody takes the job up before this instant; with `retry`, that of its next attempt. */
  readonly dueAt: number;
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
  /** Stores progress. Returns the current state: `cancelled` means stop. A position that moves ends the retry. */
  progress(progress: ReplayProgress): Promise<ReplayState>;
  /**
   * Stores that an event was not acknowledged and when it is tried again, so that neither a restart nor another worker
   * forgets an attempt or shortens the wait. Returns the state as {@link progress} does.
   *
   * @param waitMs from now, by the clock of the store: those of the instances may differ.
   */
  postpone(progress: ReplayProgress, retry: ReplayRetry, waitMs: number): Promise<ReplayState>;
  finish(state: 'completed' | 'failed', progress: ReplayProgress, failure?: ReplayFailure): Promise<void>;
  release(): Promise<void>;
}
