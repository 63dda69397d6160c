import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Repository } from 'typeorm';
import type { StoredEvent } from '@chargelog/domain';
import type {
  ArrivalQuery,
  ArrivalSlice,
  DeliveryRecord,
  EventFilter,
  EventReader,
  FeedSlice,
  HistoryQuery,
  HistorySlice,
  RawEvent,
} from '@chargelog/pipeline';
import type { DatabaseProbe } from '../database/database-probe.js';
import type { Database } from '../database/database.js';
import { askDatabase } from '../database/sql-errors.js';
import { FEED_TUPLE_HEAD, readFeed, type FeedTuple } from '../feed/read-feed.sql.js';
import type { Dictionaries } from '../names/dictionaries.js';
import { positionBefore, positionMarkedBefore } from '../feed/feed-marks.js';
import {
  countByIndex,
  MOST_SORTED,
  partOfOneIndex,
  scannedArrivals,
  sortedArrivals,
} from './arrivals-page.sql.js';
import { DELIVERY_COLUMNS, toDeliveryRecord, type DeliveryRow } from './delivery-row.js';
import { resolveFilter, resolveHistoryFilter } from './event-conditions.js';
import { EVENT_COLUMNS, toStoredEvents, type EventTuple } from './event-row.js';
import { historyPage } from './history-page.sql.js';
import { LogEpochEntity } from './log-epoch.entity.js';

/** A new epoch is declared after a failover too, which this process may have lived through. */
const EPOCH_FRESH_MS = 2_000;

/** Reads of the event log. Every hot statement is named, so its plan is kept; every read is one statement. */
export class PgEventReader implements EventReader {
  private readonly pool: pg.Pool;
  private readonly epochs: Repository<LogEpochEntity>;
  private currentEpoch: { readonly epoch: string; readonly readAt: number } | undefined;

  constructor(
    { pool, dataSource }: Pick<Database, 'pool' | 'dataSource'>,
    private readonly names: Dictionaries,
    /** Without one, a read of a server that hangs ends only with the pool's own time limit. */
    private readonly probe?: DatabaseProbe,
  ) {
    this.pool = pool;
    this.epochs = dataSource.getRepository(LogEpochEntity);
  }

  find(id: string): Promise<StoredEvent | undefined> {
    return this.reading(async () => {
      const { rows } = await this.pool.query<EventTuple>({
        name: 'event_by_id',
        text: `select ${EVENT_COLUMNS} from event e where e.id = $1`,
        values: [id],
        rowMode: 'array',
      });
      const [event] = await toStoredEvents(rows, this.names);
      return event;
    });
  }

  raw(id: string): Promise<RawEvent | undefined> {
    return this.reading(async () => {
      const { rows } = await this.pool.query<DeliveryRow & { raw: Buffer; raw_sha256: Buffer }>({
        name: 'raw_event_by_id',
        text: `select ${DELIVERY_COLUMNS}, raw, raw_sha256 from event where id = $1`,
        values: [id],
      });
      const row = rows[0];
      if (row === undefined) return undefined;
      const first = await toDeliveryRecord(row, { first: true, sameBytes: true }, this.names);
      if (first.taken === undefined) return { body: row.raw, sha256: row.raw_sha256, first };
      const { body } = first.taken;
      return { body, sha256: createHash('sha256').update(body).digest(), first };
    });
  }

  deliveries(id: string): Promise<readonly DeliveryRecord[] | undefined> {
    return this.reading(async () => {
      const { rows: firsts } = await this.pool.query<DeliveryRow>({
        name: 'first_delivery',
        text: `select ${DELIVERY_COLUMNS} from event where id = $1`,
        values: [id],
      });
      const first = firsts[0];
      if (first === undefined) return undefined;
      const { rows: copies } = await this.pool.query<DeliveryRow & { same_bytes: boolean }>({
        name: 'further_deliveries',
        text: `select ${DELIVERY_COLUMNS}, raw is null as same_bytes from duplicate where event_id = $1
                order by duplicate.received_at, delivery_key`,
        values: [id],
      });
      const records = [await toDeliveryRecord(first, { first: true, sameBytes: true }, this.names)];
      for (const copy of copies) {
        const record = await toDeliveryRecord(copy, { first: false, sameBytes: copy.same_bytes }, this.names);
        records.push({ ...record, sameBytes: record.sameBytes && areAlike(record.taken, records[0]?.taken) });
      }
      return records;
    });
  }

  page(query: HistoryQuery): Promise<HistorySlice> {
    return this.reading(async () => {
      const filter = await resolveHistoryFilter(query.filter, this.names);
      if (filter === undefined) return { events: [], more: false };
      const { rows } = await this.pool.query<[matched: string, ...EventTuple]>(
        historyPage({ filter, order: query.order, limit: query.limit, after: query.after }),
      );
      const events = await this.toEvents(rows, 1);
      return { events, more: rows.length === query.limit || Number(rows[0]?.[0] ?? 0) > rows.length };
    });
  }

  arrivals(query: ArrivalQuery): Promise<ArrivalSlice> {
    return this.reading(async () => {
      const { order, limit, after } = query;
      const filter = await resolveHistoryFilter(query.filter, this.names);
      const start = query.filter.receivedAfter;
      // Nothing that was received later stands at or below it, so a walk need not go there.
      const marked = start === undefined ? 0n : await positionMarkedBefore(this.pool, start);
      if (filter === undefined) return { events: [], position: after ?? 0n, more: false };
      const page = {
        filter,
        order,
        limit,
        above: order === 'asc' && after !== undefined && after > marked ? after : marked,
        below: order === 'desc' ? after : undefined,
      };
      const part = partOfOneIndex(filter);
      if (part !== undefined) {
        const { rows } = await this.pool.query<[found: number]>(countByIndex(part));
        if ((rows[0]?.[0] ?? 0) <= MOST_SORTED) {
          const found = await this.pool.query<[matched: string, ...EventTuple]>(sortedArrivals(page, part));
          const events = await this.toEvents(found.rows, 1);
          const more = events.length === limit || Number(found.rows[0]?.[0] ?? 0) > events.length;
          return { events, position: events.at(-1)?.position ?? page.above, more: more && events.length > 0 };
        }
      }
      const { rows } = await this.pool.query<
        [position: string | null, more: boolean, matched: string, ...EventTuple]
      >(scannedArrivals(page));
      const [position, isCut, matched] = rows[0] ?? [null, false, '0'];
      const events = await this.toEvents(
        rows.filter((row) => row[3] !== null),
        3,
      );
      const last = events.at(-1)?.position;
      if (last !== undefined && (events.length === limit || Number(matched) > events.length))
        return { events, position: last, more: true };
      return { events, position: BigInt(position ?? page.above), more: isCut };
    });
  }

  positionBefore(receivedAt: number): Promise<bigint> {
    return this.reading(() => positionBefore(this.pool, receivedAt));
  }

  feed(after: bigint, limit: number, filter: EventFilter): Promise<FeedSlice> {
    return this.reading(async () => {
      const resolved = await resolveFilter(filter, this.names);
      // A filter that nothing can match still moves along, or its reader would look at the same rows for ever.
      const { rows } = await this.pool.query<FeedTuple>(
        readFeed(after, limit, resolved ?? (await this.matchNothing())),
      );
      const first = rows[0];
      if (first === undefined)
        throw new Error('feed() returned no row at all; the function is not the one we migrated');
      const matched = rows.filter((row) => row[FEED_TUPLE_HEAD] !== null);
      const events = await this.toEvents(matched, FEED_TUPLE_HEAD);
      const full = events.length === limit || Number(first[3] ?? 0) > events.length;
      const position = full ? (events.at(-1) as StoredEvent).position : BigInt(first[1]);
      return { events, position, horizon: BigInt(first[0]), more: full || first[2] };
    });
  }

  horizon(): Promise<bigint> {
    return this.reading(async () => {
      const { rows } = await this.pool.query<{ horizon: string }>({
        name: 'feed_horizon',
        text: 'select feed_horizon() as horizon',
      });
      return BigInt(rows[0]?.horizon ?? 0);
    });
  }

  end(): Promise<bigint> {
    return this.reading(async () => {
      // The horizon first, once: what is committed after this statement's snapshot was taken lies behind the cursor.
      const { rows } = await this.pool.query<{ position: string }>({
        name: 'feed_end',
        text: `with safe as materialized (select feed_horizon() as horizon)
               select e.seq as position from safe
                cross join lateral (select seq from event where seq <= safe.horizon order by seq desc limit 1) e`,
      });
      return BigInt(rows[0]?.position ?? 0);
    });
  }

  epoch(): Promise<string> {
    return this.reading(async () => {
      const known = this.currentEpoch;
      if (known !== undefined && performance.now() - known.readAt < EPOCH_FRESH_MS) return known.epoch;
      const readAt = performance.now();
      const [latest] = await this.epochs.find({ order: { startedAt: 'desc' }, take: 1 });
      if (latest === undefined) throw new Error('log_epoch is empty; the database was not migrated by us');
      this.currentEpoch = { epoch: latest.epoch, readAt };
      return latest.epoch;
    });
  }

  /** @param head columns that stand before those of the event */
  private toEvents(rows: readonly unknown[][], head: number): Promise<StoredEvent[]> {
    return toStoredEvents(
      rows.map((row) => row.slice(head) as EventTuple),
      this.names,
    );
  }

  private async matchNothing(): Promise<NonNullable<Awaited<ReturnType<typeof resolveFilter>>>> {
    const all = await resolveFilter({}, this.names);
    return { ...(all as NonNullable<typeof all>), typeIds: [] };
  }

  private reading<T>(read: () => Promise<T>): Promise<T> {
    return askDatabase(() => (this.probe === undefined ? read() : this.probe.whileAlive(read())));
  }
}

/** Whether two copies of equal content arrived in equal bytes. */
function areAlike(one: DeliveryRecord['taken'], other: DeliveryRecord['taken']): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.body.equals(other.body);
}
