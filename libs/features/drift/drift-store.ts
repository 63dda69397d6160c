import type { DepartureKind } from '@chargelog/catalogue';

/** One difference between bodies and the catalogue, however many bodies share it. */
export interface Drift {
  readonly tenant: string;
  readonly notification: string;
  readonly kind: DepartureKind;
  /** JSON Pointer into the body, with `*` for elements; see `Departure`. */
  readonly path: string;
  /** What is documented, in a few words. */
  readonly expected: string;
  /** Receipt of the first and the last event that has it, ms since 1970 UTC. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** Events, not copies. */
  readonly count: bigint;
  /** The event that had it last. */
  readonly exampleEventId: string;
}

export interface DriftTallyRow extends Omit<Drift, 'tenant' | 'count'> {
  readonly tenantId: number;
  readonly count: number;
}

export interface DriftQuery {
  /** Limit of the reader's key, not a wish. */
  readonly tenants?: readonly string[];
  readonly notification?: string;
  readonly kind?: DepartureKind;
  /** Inclusive, ms since 1970 UTC. */
  readonly seenAfter?: number;
  readonly limit: number;
}

export const DRIFT_STORE = Symbol('DriftStore');

/** Throws GatewayError `store-away`, `overloaded` or `query-timeout`. */
export interface DriftStore {
  /**
   * Adds to what is known. Of one tenant and notification at most {@link MAX_DRIFT_PER_NAME} rows are kept; further
   * places count under the path `…` of their kind.
   */
  add(rows: readonly DriftTallyRow[]): Promise<void>;
  /** Last seen first. */
  list(query: DriftQuery): Promise<readonly Drift[]>;
}

export const MAX_DRIFT_PER_NAME = 500;
/** Stands for all places beyond the limit. */
export const OTHER_PATHS = '…';
