import type { RelatedResource, Subject } from '@chargelog/domain';

export type ReindexState = 'running' | 'completed' | 'cancelled';

/** Recomputes what the catalogue says of stored events: types, subjects, related ids. Ids, positions and bytes stay. */
export interface Reindex {
  readonly catalogueVersion: number;
  /** The only notification names that are looked at; undefined for all. */
  readonly notifications: readonly string[] | undefined;
  /** Counts what would change, and changes nothing. */
  readonly dryRun: boolean;
  readonly state: ReindexState;
  readonly requestedBy: string;
  /** ms since 1970 UTC. */
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
  /** Everything at or below it has been looked at. */
  readonly position: bigint;
  /** Fixed at the start: newer events are named by this catalogue already. */
  readonly endPosition: bigint;
  readonly examinedCount: bigint;
  readonly changedCount: bigint;
  /** `unrecognized → evse.updated` to the number of events; changes that leave the type count under the type alone. */
  readonly changes: Readonly<Record<string, number>>;
}

/** The columns of an event that the catalogue decides. */
export interface Derived {
  readonly type: string;
  readonly subject: Subject | undefined;
  /** Decimal text. */
  readonly related: Readonly<Partial<Record<RelatedResource, string>>>;
  readonly flags: number;
}

export interface ReindexRow extends Derived {
  readonly id: string;
  readonly position: bigint;
  readonly notification: string;
  readonly body: Buffer;
}

export interface ReindexChange extends Derived {
  readonly id: string;
}

export interface ReindexProgress {
  readonly position: bigint;
  /** Since the last call. */
  readonly examined: number;
  readonly changed: number;
  readonly changes: Readonly<Record<string, number>>;
}

/** Held by one instance at a time; lost with its database connection. */
export interface ReindexClaim {
  readonly job: Reindex;
  readonly signal: AbortSignal;
  /** Rows after the position and up to the job's end, in position order; of the job's notifications only. */
  page(
    after: bigint,
    limit: number,
  ): Promise<{ readonly rows: readonly ReindexRow[]; readonly position: bigint }>;
  /** Writes the changes and the progress in one transaction. Returns the state: `cancelled` means stop. */
  apply(changes: readonly ReindexChange[], progress: ReindexProgress): Promise<ReindexState>;
  finish(): Promise<void>;
  release(): Promise<void>;
}

export const REINDEX_STORE = Symbol('ReindexStore');

/** Throws GatewayError `store-away`, `overloaded` or `query-timeout`. */
export interface ReindexStore {
  /** @throws GatewayError `conflict` while one is running. */
  start(
    wanted: Pick<Reindex, 'catalogueVersion' | 'notifications' | 'dryRun' | 'requestedBy'>,
  ): Promise<Reindex>;
  /** The job that runs or ran last. */
  current(): Promise<Reindex | undefined>;
  /** Undefined when none was ever started; a finished one stays as it is. */
  cancel(by: string): Promise<Reindex | undefined>;
  /** Claims the running job, unless another instance works on it. */
  claim(): Promise<ReindexClaim | undefined>;
}
