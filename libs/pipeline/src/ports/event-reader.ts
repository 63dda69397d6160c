import type { RelatedResource, StoredEvent, Subject, Transport } from '@chargelog/domain';

/** What a reader wants to see. All members narrow; an empty filter is everything. */
export interface EventFilter {
  /** Tenants the reader may see; an empty list matches nothing. Not a wish of the reader but a limit of its key. */
  readonly tenants?: readonly string[];
  /** Exact event types (patterns are expanded by the caller); any of them matches, an empty list matches nothing. */
  readonly types?: readonly string[];
  /** As AMPECO writes them; numbers in decimal digits. */
  readonly related?: Readonly<Partial<Record<RelatedResource, string>>>;
  readonly subject?: Subject;
  /** Inclusive, ms since 1970 UTC. */
  readonly occurredAfter?: number;
  /** Exclusive, ms since 1970 UTC. */
  readonly occurredBefore?: number;
  readonly deprecated?: 'include' | 'exclude';
}

/** What history can be narrowed by besides. No index serves these, so they need company that has one, or a span of time. */
export interface HistoryFilter extends EventFilter {
  /** AMPECO's name. */
  readonly notification?: string;
  /** Bits of `EventFlag`: every one of `all` is set, none of `none` is. */
  readonly flags?: { readonly all: number; readonly none: number };
  /** Of the first delivery. Inclusive, ms since 1970 UTC. */
  readonly receivedAfter?: number;
  /** Exclusive. */
  readonly receivedBefore?: number;
}

export interface HistoryQuery {
  readonly filter: HistoryFilter;
  /** By occurred at (event id). */
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Event id of the last row of the page before. */
  readonly after?: string;
}

/** The same by arrival: in the order of positions. */
export interface ArrivalQuery {
  readonly filter: HistoryFilter;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Position that the slice before came to. */
  readonly after?: bigint;
}

export interface ArrivalSlice {
  /** Fewer than asked for, even none, where much had to be looked at to find them, or where their bodies are large. */
  readonly events: readonly StoredEvent[];
  /** How far it came: the next slice goes on behind this position. */
  readonly position: bigint;
  /** There may be further ones behind it. */
  readonly more: boolean;
}

export interface HistorySlice {
  /** Fewer than asked for where their bodies are large; at least one where there is one. */
  readonly events: readonly StoredEvent[];
  /** There may be further ones behind the last. */
  readonly more: boolean;
}

export interface FeedSlice {
  readonly events: readonly StoredEvent[];
  /** Highest position that was looked at, matching or not; the next read continues after it. */
  readonly position: bigint;
  /** The commit-safe horizon at the time of the read; every row up to it has been seen. */
  readonly horizon: bigint;
  /** True when rows up to the horizon remain to be read. */
  readonly more: boolean;
}

/** One copy of an event, and how it came. */
export interface DeliveryRecord {
  readonly key: string;
  readonly first: boolean;
  readonly source: string;
  readonly transport: Transport;
  readonly receivedAt: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly verification: { readonly secret: string; readonly form: string } | undefined;
  readonly kafka:
    | {
        readonly clusterId: string;
        readonly topic: string;
        readonly partition: number;
        readonly offset: string;
        readonly timestamp: number | undefined;
      }
    | undefined;
  /** True when its bytes equal those of the first delivery. */
  readonly sameBytes: boolean;
  /** Where the event is not the body as it came: how the notification was taken out of it, and that body. */
  readonly taken: { readonly how: string; readonly body: Buffer } | undefined;
}

export interface RawEvent {
  readonly body: Buffer;
  readonly sha256: Buffer;
  readonly first: DeliveryRecord;
}

export const EVENT_READER = Symbol('EventReader');

/** The event log as readers see it. Throws GatewayError `store-away`, `overloaded` or `query-timeout`. */
export interface EventReader {
  find(id: string): Promise<StoredEvent | undefined>;
  raw(id: string): Promise<RawEvent | undefined>;
  /** Every copy, the first one first; undefined when the event is unknown. */
  deliveries(id: string): Promise<readonly DeliveryRecord[] | undefined>;
  page(query: HistoryQuery): Promise<HistorySlice>;
  /**
   * Events in the order of their positions. Looks at a bounded number of rows, whatever the filter. As history does, it may
   * miss what is committed while it is paged through; the feed misses nothing.
   */
  arrivals(query: ArrivalQuery): Promise<ArrivalSlice>;
  /** Committed rows after a position, in position order, never past the horizon; fewer than asked for where bodies are large. */
  feed(after: bigint, limit: number, filter: EventFilter): Promise<FeedSlice>;
  /**
   * The commit-safe horizon now. No cursor: it may lie above the newest row, on numbers of transactions that failed, and
   * after a crash Postgres may give those out again.
   */
  horizon(): Promise<bigint>;
  /** Position of the newest committed row at or below the horizon; 0 in an empty log. */
  end(): Promise<bigint>;
  /**
   * A position that no event received at or after an instant stands at or below: where a read of the feed starts that wants
   * these. Mostly it is the last one before them; it may be earlier, by some minutes' events or where nothing was noted of
   * the time, never later, as long as the clocks of instances and database differ by less than a minute.
   *
   * @param receivedAt ms since 1970 UTC
   */
  positionBefore(receivedAt: number): Promise<bigint>;
  /** The log's epoch, part of every cursor. */
  epoch(): Promise<string>;
}
