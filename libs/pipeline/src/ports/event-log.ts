import type { Departure } from '@chargelog/catalogue';
import type { Delivery, RelatedResource, Subject } from '@chargelog/domain';

/** A delivery that becomes an event: everything the log stores, decided without I/O. */
export interface EventDraft {
  readonly outcome: 'event';
  readonly delivery: Delivery;
  /** Event id, 16 bytes. For an undated body the id it gets if it is the first of its window. */
  readonly id: Buffer;
  /** Content key (16 bytes) of an undated body; equal keys within the window are one event. */
  readonly undatedKey: Buffer | undefined;
  readonly notification: string;
  readonly type: string;
  readonly subject: Subject | undefined;
  readonly related: Readonly<Partial<Record<RelatedResource, bigint>>>;
  /** Sum of `EventFlag` bits. */
  readonly flags: number;
  /** What of the body differs from the catalogue; mostly nothing. */
  readonly departures: readonly Departure[];
}

export type QuarantineReason =
  | 'not-utf8'
  | 'not-json'
  | 'not-an-object'
  | 'no-notification-name'
  | 'too-deep'
  | 'too-many-keys'
  | 'too-large'
  | 'refused-by-store';

/** An authenticated delivery that cannot become an event. Kept whole, with the reason. */
export interface QuarantineDraft {
  readonly outcome: 'quarantine';
  readonly delivery: Delivery;
  readonly reason: QuarantineReason;
  /** One sentence for a person: what is wrong and where. */
  readonly detail: string;
}

export type Prepared = EventDraft | QuarantineDraft;

/** The next offset to read of one Kafka partition, stored in the transaction of the batch that reached it. */
export interface KafkaPosition {
  readonly sourceId: number;
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
}

/** A person's word that an entry of quarantine is tried again. */
export interface QuarantineRelease {
  readonly quarantineId: string;
  /** Who decided. */
  readonly by: string;
}

/** A person's word that kept rejections are admitted after all. */
export interface Readmission {
  /** Name of their source. */
  readonly source: string;
  /** Who decided. */
  readonly by: string;
}

export interface AppendBatch {
  readonly entries: readonly Prepared[];
  readonly positions: readonly KafkaPosition[];
  /**
   * Marks the entry of quarantine released as what the one entry of this batch became, in the same transaction; a batch
   * with a release holds that entry alone. Where the entry goes to quarantine again, the mark stays as it was.
   */
  readonly release?: QuarantineRelease;
  /**
   * The entries are kept rejections, under their ids as delivery keys: in the same transaction they are removed from what is
   * kept, and the act goes to the audit log with what became of them.
   */
  readonly readmission?: Readmission;
}

export type AppendOutcome =
  | { readonly outcome: 'stored'; readonly eventId: string }
  | { readonly outcome: 'duplicate'; readonly eventId: string }
  | { readonly outcome: 'quarantined'; readonly quarantineId: string };

export const EVENT_LOG = Symbol('EventLog');

/**
 * The event log as writers see it. One instance owns one database connection and takes one batch at a time;
 * a second call waits for the first.
 */
export interface EventLog {
  /**
   * Appends a batch, durably: when the promise resolves, its transaction is committed with `synchronous_commit=on`.
   * The outcomes stand in the order of the entries. A further copy of a stored event is `duplicate`; the very same
   * delivery again (equal delivery key) gets its first outcome. A row the database refuses for its content goes to
   * quarantine without harming its neighbours.
   *
   * @throws GatewayError `conflict` when the entry to release is no longer held, or one of the rejections to admit no longer
   *   kept: nothing was appended then.
   * @throws GatewayError `store-away` when the database could not be reached; nothing of the batch may be
   *   acknowledged then, though it may have been stored. Sending the same deliveries again is always safe.
   */
  append(batch: AppendBatch): Promise<readonly AppendOutcome[]>;
  close(): Promise<void>;
}
