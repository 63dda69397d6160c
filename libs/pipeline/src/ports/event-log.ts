import type { Departure } from '@chargelog/catalogue';
import type { Delivery, RelatedResource, Subject } from '@chargelog/domain';

/** A delivery that becomes an event: everything the log stores, decided without I/O. */
export interface EventDraft {
  readonly outcome: 'event';
  readonly delivery: Delivery;
  /** The notification, where it is not the body as it came. */
  readonly content?: TakenContent | undefined;
  /** Event id, 16 bytes. For an undated body the id it gets if it is the first of its window. */
  readonly id: Buffer;
  /** Content key (16 bytes) of an undated body; equal keys within the window are one event. */
  readonly undatedKey: Buffer | undefined;
  /** Content and stamp (16 bytes) of an undated body; equal ones are one event at any age. Undefined without a stamp. */
  readonly undatedStamp: Buffer | undefined;
  readonly notification: string;
  readonly type: string;
  readonly subject: Subject | undefined;
  readonly related: Readonly<Partial<Record<RelatedResource, bigint>>>;
  /** Sum of `EventFlag` bits. */
  readonly flags: number;
  /** What of the body differs from the catalogue; mostly nothing. */
  readonly departures: readonly Departure[];
}

/** A notification that had to be taken out of its body, or was put in its place. */
export interface TakenContent {
  /** What the event holds. */
  readonly bytes: Buffer;
  /** For people: the formats that were taken off, or `corrected`. */
  readonly how: string;
}

/** The bytes of the notification itself. */
export function contentOf({ content, delivery }: Pick<EventDraft, 'content' | 'delivery'>): Buffer {
  return content?.bytes ?? delivery.body;
}

/** Bytes that an entry takes in a batch. */
export function sizeOfEntry(entry: Prepared): number {
  const taken = entry.outcome === 'event' ? entry.content?.bytes.length : undefined;
  // The body goes along in base64.
  return taken === undefined
    ? entry.delivery.body.length
    : taken + Math.ceil(entry.delivery.body.length * 1.34);
}

export type QuarantineReason =
  | 'not-utf8'
  | 'not-json'
  | 'not-an-object'
  | 'no-notification-name'
  | 'too-deep'
  | 'too-many-keys'
  | 'too-large'
  | 'gzip'
  | 'compressed'
  | 'utf-16'
  | 'schema-registry'
  | 'connect-envelope'
  | 'cloudevents-envelope'
  | 'sns-envelope'
  | 'json-string'
  | 'array'
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

/**
 * What a partition's log looked like where it was last read. Offsets alone do not tell whether it is the same log still: a
 * topic that is made anew under its name numbers its records from 0 again, and so does a log that lost its end and was
 * written on. Kept as JSON.
 */
export interface LogMark {
  /** UUID that the broker gave the topic when it was made (KIP-516, Kafka 2.8); undefined where it gives none. */
  readonly topicId?: string;
  /** Of the last record read: how many leaders the partition had had when it was written (KIP-101). */
  readonly leaderEpoch?: number;
  /** Of the last record read; decimal digits. Both are undefined before the first. */
  readonly recordOffset?: string;
  /** 16 bytes of the SHA-256 over its timestamp, key and value, in hexadecimal. */
  readonly recordDigest?: string;
}

/** One of the logs that a partition has had. */
export interface PartitionLog {
  /** From 0; one more after each topic made anew and each log cut below what was read. */
  readonly number: number;
  readonly mark: LogMark | undefined;
}

/** The next offset to read of one Kafka partition, stored in the transaction of the batch that reached it. */
export interface KafkaPosition {
  readonly sourceId: number;
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  /** The log that was read; log 0 when left out. A position in another log than the stored one is not stored. */
  readonly log?: PartitionLog;
}

/** The transaction of a batch, for statements of a feature that must be committed with it or not at all. */
export interface BatchTransaction {
  query(text: string, values: readonly unknown[]): Promise<{ readonly rowCount: number | null }>;
}

/** Runs last in the transaction of a batch, when it is known what became of the entries. */
export type AfterAppend = (outcomes: readonly AppendOutcome[]) => Promise<void>;

/**
 * What a feature does in the transaction of a batch. Runs first, before the writer registers in the feed, so a wait for a
 * row lock holds back no reader. A batch whose rows the database refuses is written in parts, and each part runs this for
 * its own entries.
 *
 * @param isRepeated an earlier attempt may have been committed although its answer was lost.
 * @throws GatewayError `conflict` to append nothing of the batch.
 */
export type AlongsideAppend = (
  transaction: BatchTransaction,
  entries: readonly Prepared[],
  isRepeated: boolean,
) => Promise<AfterAppend>;

export interface AppendBatch {
  readonly entries: readonly Prepared[];
  readonly positions: readonly KafkaPosition[];
  readonly alongside?: AlongsideAppend;
}

export type AppendOutcome =
  | { readonly outcome: 'stored'; readonly eventId: string }
  | { readonly outcome: 'duplicate'; readonly eventId: string }
  | { readonly outcome: 'quarantined'; readonly quarantineId: string };

/**
 * The event log as writers see it. One instance owns one database connection and takes one batch at a time;
 * a second call waits for the first.
 */
export interface EventLog {
  /**
   * Appends a batch, durably: when the promise resolves, its transaction is committed with `synchronous_commit=on`. A
   * webhook's 202 is sent after it, and so is the commit of a Kafka offset.
   * The outcomes stand in the order of the entries. A further copy of a stored event is `duplicate`; the very same
   * delivery again (equal delivery key) gets its first outcome. A row the database refuses for its content goes to
   * quarantine without harming its neighbours.
   *
   * @throws GatewayError `conflict` when `alongside` refuses the batch: nothing was appended then.
   * @throws GatewayError `store-away` when the database could not be reached; nothing of the batch may be
   *   acknowledged then, though it may have been stored. Sending the same deliveries again is always safe.
   */
  append(batch: AppendBatch): Promise<readonly AppendOutcome[]>;
  close(): Promise<void>;
}

/** Opens writers of the event log. A source has one of its own, so that a slow one holds up no other. */
export abstract class EventWriters {
  abstract open(options: WriterOptions): EventLog;
}

export interface WriterOptions {
  /** How long a batch is tried again while the database is unreachable before it is refused. */
  readonly retryForMs: number;
  /** How long a batch may wait for a lock of another session; as long as a statement may take, when left out. */
  readonly lockTimeoutMs?: number;
}
