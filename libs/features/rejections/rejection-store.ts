import type { Source } from '@chargelog/domain';
import type { Sealed } from '@chargelog/features/sealing';

/** Why a delivery was answered 401: no `X-Signature`, one that is no signature at all, one that no secret made. */
export const REJECTION_REASONS = ['signature-missing', 'signature-malformed', 'signature-wrong'] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** What is told of a rejected delivery. Its headers and body are shown to nobody. */
export interface Rejection {
  /** UUIDv7; becomes the delivery key when the delivery is admitted after all. */
  readonly id: string;
  readonly source: string;
  /** Arrival, ms since 1970 UTC. */
  readonly receivedAt: number;
  readonly reason: RejectionReason;
  /** Length of the body. */
  readonly bytes: number;
}

export interface NewRejection extends Omit<Rejection, 'source'> {
  readonly source: Pick<Source, 'id'>;
  /** Headers and body. */
  readonly sealed: Sealed;
}

export interface KeptRejection extends Rejection {
  readonly sealed: Sealed;
}

export interface RejectionQuery {
  readonly source?: string;
  readonly reason?: RejectionReason;
  /** Inclusive, ms since 1970 UTC. */
  readonly receivedAfter?: number;
  /** Exclusive, ms since 1970 UTC. */
  readonly receivedBefore?: number;
}

/** What a rejection's ciphertext is bound to. Part of what is stored: never to be changed. */
export function rejectionContext(id: string): string {
  return `rejection/${id}`;
}

/** How many were rejected, and how many of those were kept: the others were too many at once, or no key seals them. */
export interface RejectionCount {
  readonly source: string;
  readonly reason: RejectionReason;
  readonly rejected: bigint;
  readonly kept: bigint;
}

export interface RejectionTally {
  readonly sourceId: number;
  readonly reason: RejectionReason;
  readonly rejected: number;
  readonly kept: number;
}

/**
 * Rejected deliveries, sealed, for as long as they can teach something. Counts stay. Those that are admitted after all are
 * removed in the transaction that appends them, see `readmitAlongside`.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export interface RejectionStore {
  /** Adds rejections (the same id again is the same rejection) and adds to the counts of this hour, together. */
  keep(rejections: readonly NewRejection[], tallies: readonly RejectionTally[]): Promise<void>;
  /** Newest first; `after` is the id of the last one of the page before. */
  list(query: RejectionQuery, limit: number, after?: string): Promise<readonly Rejection[]>;
  /** Sums over whole hours. */
  count(query: RejectionQuery): Promise<readonly RejectionCount[]>;
  find(id: string): Promise<KeptRejection | undefined>;
  newest(source: string): Promise<KeptRejection | undefined>;
  /** Oldest first, about 8 MiB at most; empty at the end. */
  oldest(source: string, after?: string): Promise<readonly KeptRejection[]>;
  /** Those sealed with another key than this one, by id; about 8 MiB at most, empty at the end. */
  sealedOtherwise(keyId: string, after?: string): Promise<readonly KeptRejection[]>;
  /** Replaces ciphertexts; those of rejections that were removed in the meantime are left out. */
  reseal(rejections: readonly Pick<KeptRejection, 'id' | 'sealed'>[]): Promise<void>;
  /** Removes what arrived before an instant, and of each source the oldest beyond so many bytes. Returns how many. */
  trim(limits: { readonly receivedBefore: number; readonly bytesPerSource: number }): Promise<number>;
}
