import type { Delivery, Transport } from '@chargelog/domain';
import type { QuarantineReason } from '@chargelog/pipeline';

/** `held` until a person decides; a `released` entry counts as what it became, no longer as quarantined. */
export type QuarantineState = 'held' | 'released' | 'discarded';

export interface QuarantineDecision {
  /** ms since 1970 UTC. */
  readonly at: number;
  readonly by: string;
}

export interface QuarantineEntry {
  /** The delivery key. */
  readonly id: string;
  /** Why it could not become an event when it arrived. */
  readonly reason: QuarantineReason;
  /** One sentence for a person. */
  readonly detail: string;
  readonly source: string;
  readonly transport: Transport;
  /** Arrival, ms since 1970 UTC. */
  readonly receivedAt: number;
  /** Length of the body. */
  readonly bytes: number;
  readonly state: QuarantineState;
  /** What a released entry became. */
  readonly released:
    (QuarantineDecision & { readonly as: 'stored' | 'duplicate'; readonly eventId: string }) | undefined;
  readonly discarded: (QuarantineDecision & { readonly reason: string }) | undefined;
}

export interface QuarantinedDelivery extends QuarantineEntry {
  /** As it arrived: exact bytes, arrival, what verified it. */
  readonly delivery: Delivery;
}

export interface QuarantineQuery {
  readonly limit: number;
  readonly reason?: QuarantineReason;
  readonly source?: string;
  readonly state?: QuarantineState;
  /** Inclusive, ms since 1970 UTC. */
  readonly receivedAfter?: number;
  /** Exclusive, ms since 1970 UTC. */
  readonly receivedBefore?: number;
  /** Id of the last entry of the page before. */
  readonly after?: string;
}

export const QUARANTINE_STORE = Symbol('QuarantineStore');

/**
 * The inbox of deliveries that could not become events. Entries are kept whatever is decided; nothing trims them. A
 * release is written in the transaction of the event it leads to, see `releaseAlongside`. Decisions are audited.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export interface QuarantineStore {
  /** Newest first, without the bytes. */
  list(query: QuarantineQuery): Promise<readonly QuarantineEntry[]>;
  find(id: string): Promise<QuarantinedDelivery | undefined>;
  /** Marks a held entry discarded. Returns it as it is then, whoever decided first; undefined when unknown. */
  discard(
    id: string,
    decision: { readonly by: string; readonly reason: string },
  ): Promise<QuarantineEntry | undefined>;
}
