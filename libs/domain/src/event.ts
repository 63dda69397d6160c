import type { Transport } from './delivery.js';

/** Bits of the column `flags`; the numbers are stored, so they are append only. */
export const EventFlag = {
  /** The body departs from the published schema. */
  nonconforming: 1,
  /** The notification name is not in the catalogue. */
  unrecognized: 2,
  /** No own time in the body: the id was minted from the arrival time. */
  undated: 4,
  /** The notification name is deprecated by AMPECO. */
  deprecated: 8,
  /** An object of the body repeats a key: the last value counts, the id hashes the raw bytes. */
  duplicateKeys: 16,
  /** The body starts with a UTF-8 byte order mark. */
  byteOrderMark: 64,
  /** Its time is more than {@link AHEAD_TOLERANCE_MS} after its arrival: kept as sent, but a clock was wrong. */
  ahead: 128,
} as const;

/** Clocks of chargers and AMPECO's differ by seconds. What is further ahead of its arrival was stamped by a wrong one. */
export const AHEAD_TOLERANCE_MS = 600_000;

/** The resources that have a bigint column and an index of their own on `event`. */
export const RELATED_RESOURCES = ['chargePoint', 'evse', 'session', 'user', 'location'] as const;
export type RelatedResource = (typeof RELATED_RESOURCES)[number];

/** What an event is about. `kind` is AMPECO's noun, `id` as AMPECO wrote it. */
export interface Subject {
  readonly kind: string;
  readonly id: string;
}

/** An event as the log keeps it. `data` is the body's JSON text as received, without byte order mark. */
export interface StoredEvent {
  /** Event id, UUID version 8 in text form. */
  readonly id: string;
  /** Place in the feed. */
  readonly position: bigint;
  /** ms since 1970 UTC. */
  readonly occurredAt: number;
  /** Arrival of the first delivery, ms since 1970 UTC. */
  readonly receivedAt: number;
  readonly tenant: string;
  readonly source: string;
  readonly transport: Transport;
  readonly notification: string;
  readonly type: string;
  readonly subject: Subject | undefined;
  /** Ids of related resources, decimal text, where known. */
  readonly related: Readonly<Partial<Record<RelatedResource, string>>>;
  /** Sum of {@link EventFlag} bits. */
  readonly flags: number;
  readonly data: string;
}
