import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventFlag } from '@chargelog/domain';
import { registerSources } from '@chargelog/features/sources';
import type { EventFilter, HistoryFilter } from '@chargelog/pipeline';
import { aDelivery, aDraft } from '@test/drafts.js';
import { eventually } from '@test/eventually.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { PgEventLog } from '../append/pg-event-log.js';
import { FeedMarker } from '../feed/feed-marks.js';
import { Dictionaries } from '../names/dictionaries.js';
import { countByIndex, partOfOneIndex, scannedArrivals, sortedArrivals } from './arrivals-page.sql.js';
import { resolveHistoryFilter } from './event-conditions.js';
import { PgEventReader } from './pg-event-reader.js';

const BASE = Date.UTC(2026, 2, 14, 9);
const TYPES = ['session.started', 'session.metered', 'evse.hardwareStatusChanged', 'tariff.updated'] as const;

let db: TestDatabase;
let log: PgEventLog;
let reader: PgEventReader;

beforeAll(async () => {
  db = await createTestDatabase();
  await registerSources(db.database.dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }]);
  const dictionaries = new Dictionaries(db.database.pool);
  log = new PgEventLog({
    connection: db.connection,
    dictionaries,
    catalogueVersion: 1,
    retryForMs: 2_000,
    log: () => undefined,
  });
  reader = new PgEventReader(db.database, dictionaries);
  const drafts = Array.from({ length: 400 }, (_, i) => {
    const type = TYPES[i % TYPES.length] ?? 'session.started';
    const chargePoint = BigInt(1_000 + (i % 7));
    return aDraft({
      occurredAt: BASE + ((i * 37) % 400) * 1_000,
      type,
      notification: `n.${type}`,
      subject:
        type === 'tariff.updated'
          ? { kind: 'tariff', id: String(i % 5) }
          : type.startsWith('session')
            ? { kind: 'session', id: String(500 + (i % 11)) }
            : { kind: 'evse', id: `EVSE-${i % 3}` },
      related: type === 'tariff.updated' ? {} : { chargePoint, session: BigInt(500 + (i % 11)) },
      flags: i % 10 === 0 ? EventFlag.deprecated : 0,
    });
  });
  await log.append({ entries: drafts, positions: [] });
});
afterAll(async () => {
  await log.close();
  await db.drop();
});

async function allPages(filter: EventFilter, order: 'asc' | 'desc', limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await reader.page({ filter, order, limit, ...(after === undefined ? {} : { after }) });
    ids.push(...page.events.map(({ id }) => id));
    if (!page.more) return ids;
    after = page.events.at(-1)?.id;
  }
}

describe('history pages', () => {
  it.each([
    ['everything', {}, 400],
    ['one type', { types: ['session.started'] }, 100],
    ['several types', { types: ['session.started', 'tariff.updated'] }, 200],
    ['a charge point', { related: { chargePoint: '1003' } }, 42],
    ['a charge point and a type', { related: { chargePoint: '1003' }, types: ['session.metered'] }, 14],
    ['a subject with a column of its own', { subject: { kind: 'session', id: '503' } }, 18],
    ['a subject that has none', { subject: { kind: 'tariff', id: '3' } }, 20],
    ['a subject whose id is no number', { subject: { kind: 'evse', id: 'EVSE-1' } }, 33],
    ['a span of time', { occurredAfter: BASE + 100_000, occurredBefore: BASE + 200_000 }, 100],
    ['current names only', { deprecated: 'exclude' }, 360],
    ['a type that was never stored', { types: ['cdr.received'] }, 0],
    ['contradicting ids', { subject: { kind: 'session', id: '503' }, related: { session: '504' } }, 0],
  ] as [string, EventFilter, number][])(
    'of %s show each match once, in both orders, whatever the page size',
    async (_, filter, matches) => {
      const down = await allPages(filter, 'desc', 7);
      const up = await allPages(filter, 'asc', 50);
      expect(down).toHaveLength(matches);
      expect(new Set(down).size).toBe(matches);
      expect(up).toEqual(down.toReversed());
      expect(up).toEqual(up.toSorted());
    },
  );
});

describe('the feed', () => {
  it('hands out every row once, in arrival order, also when a filter leaves most of them out', async () => {
    for (const [filter, matches] of [
      [{}, 400],
      [{ types: ['tariff.updated'] }, 100],
      [{ related: { chargePoint: '1003' } }, 42],
      [{ subject: { kind: 'tariff', id: '3' } }, 20],
      [{ occurredAfter: BASE + 399_000 }, 1],
      [{ types: ['cdr.received'] }, 0],
    ] as [EventFilter, number][]) {
      const seen: bigint[] = [];
      for (let position = 0n; ;) {
        const slice = await reader.feed(position, 9, filter);
        seen.push(...slice.events.map((event) => event.position));
        expect(slice.position >= position).toBe(true);
        position = slice.position;
        if (!slice.more) break;
      }
      expect(seen).toHaveLength(matches);
      expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => (a < b ? -1 : 1)));
    }
  });

  it('holds back what was stored after a writer that has not committed yet', async () => {
    const end = await reader.horizon();
    const slow = new pg.Client(db.connection);
    await slow.connect();
    await slow.query('begin');
    await slow.query(
      `select pg_advisory_xact_lock_shared((1::bigint << 62) + (('event_seq'::regclass::oid::bigint & 8191) << 48)
                                           + (select last_value from event_seq))`,
    );
    await slow.query(`select nextval('event_seq')`);
    await log.append({ entries: [aDraft()], positions: [] });
    const held = await reader.feed(end, 10, {});
    expect([held.events.length, held.horizon]).toEqual([0, end]);
    await slow.query('commit');
    await slow.end();
    const released = await reader.feed(held.position, 10, {});
    expect(released.events).toHaveLength(1);
  });

  it('ends at a committed row, not on numbers that a crash may give out again', async () => {
    await log.append({ entries: [aDraft()], positions: [] });
    const newest = (await reader.feed(0n, 1_000, {})).position;
    await db.database.pool
      .query(`do $$ begin perform nextval('event_seq'); raise exception 'no'; end $$`)
      .catch(() => 0);
    expect(await reader.horizon()).toBe(newest + 1n);
    expect(await reader.end()).toBe(newest);
    await log.append({ entries: [aDraft()], positions: [] });
    expect((await reader.feed(newest, 10, {})).events).toHaveLength(1);
  });

  it('learns of an epoch that is declared while it runs', async () => {
    const running = new PgEventReader(db.database, new Dictionaries(db.database.pool));
    const before = await running.epoch();
    const { rows } = await db.database.pool.query<{ epoch: string }>(
      'insert into log_epoch default values returning epoch',
    );
    const declared = rows[0]?.epoch;
    expect(declared).not.toBe(before);
    expect(
      await eventually(
        () => running.epoch(),
        (epoch) => epoch !== before,
      ),
    ).toBe(declared);
  });

  it('is refused in a transaction whose statements share one snapshot', async () => {
    const client = await db.database.pool.connect();
    await client.query('begin isolation level repeatable read');
    await expect(client.query('select feed_horizon()')).rejects.toMatchObject({ code: '25001' });
    await client.query('rollback');
    client.release();
  });

  it('registers writers by locks of one layout that nobody else uses', async () => {
    const client = await db.database.pool.connect();
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock_shared((1::bigint << 62) + 5000000007)');
    const { rows } = await client.query<{ classid: string; objid: string; objsubid: number }>(
      `select classid::bigint, objid::bigint, objsubid from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`,
    );
    await client.query('rollback');
    client.release();
    expect(rows).toEqual([{ classid: String(2 ** 30 + 1), objid: '705032711', objsubid: 1 }]);
  });
});

// Last in this file: what it stores would be in the way of the others.
describe('pages of large bodies', () => {
  const filter: EventFilter = { types: ['test.large'] };
  const MIB = 1024 * 1024;
  let start: bigint;

  beforeAll(async () => {
    start = await reader.horizon();
    const entries = Array.from({ length: 20 }, (_, n) =>
      aDraft({
        type: 'test.large',
        occurredAt: BASE + n,
        delivery: aDelivery({ body: Buffer.from(JSON.stringify({ n, text: 'x'.repeat(MIB - 100) })) }),
      }),
    );
    await log.append({ entries: entries.slice(0, 10), positions: [] });
    await log.append({ entries: entries.slice(10), positions: [] });
  });

  it('hold some mebibytes of history at most, and the pages together everything', async () => {
    const first = await reader.page({ filter, order: 'asc', limit: 1_000 });
    expect([first.events.length, first.more]).toEqual([9, true]);
    for (const order of ['asc', 'desc'] as const) {
      const ids = await allPages(filter, order, 1_000);
      expect([ids.length, new Set(ids).size]).toEqual([20, 20]);
    }
  });

  it('hold some mebibytes of the feed at most, and skip nothing', async () => {
    for (const narrowed of [filter, {}]) {
      const seen: string[] = [];
      let slices = 0;
      for (let position = start, more = true; more; slices += 1) {
        const slice = await reader.feed(position, 1_000, narrowed);
        seen.push(...slice.events.map(({ id }) => id));
        ({ position, more } = slice);
      }
      expect([seen.length, new Set(seen).size, slices]).toEqual([20, 20, 3]);
    }
  });
});

describe('history with many parameters', () => {
  it('keeps statements apart whose names are equal as far as Postgres keeps them', async () => {
    const related = { chargePoint: '1003', evse: '1', session: '2', user: '3', location: '4' };
    const span = { occurredAfter: BASE, occurredBefore: BASE + 1_000 };
    const filters: HistoryFilter[] = [
      { related, ...span },
      { related, ...span, types: ['session.metered'] },
      { related, ...span, tenants: ['acme'], deprecated: 'exclude' },
      { related, ...span, tenants: ['acme'], receivedAfter: BASE },
    ];
    for (const order of ['asc', 'desc'] as const) {
      for (const filter of [...filters, ...filters])
        expect(await reader.page({ filter, order, limit: 5 })).toEqual({ events: [], more: false });
    }
  });
});

describe('events by arrival', () => {
  const walk = async (filter: HistoryFilter, order: 'asc' | 'desc', limit: number): Promise<bigint[]> => {
    const positions: bigint[] = [];
    for (let after: bigint | undefined; ;) {
      const slice = await reader.arrivals({ filter, order, limit, ...(after !== undefined && { after }) });
      positions.push(...slice.events.map(({ position }) => position));
      if (!slice.more) return positions;
      after = slice.position;
    }
  };
  const stored = async (filter: EventFilter): Promise<bigint[]> => {
    const positions: bigint[] = [];
    for (let after = 0n; ;) {
      const slice = await reader.feed(after, 1_000, filter);
      positions.push(...slice.events.map(({ position }) => position));
      if (!slice.more) return positions;
      after = slice.position;
    }
  };

  it.each<[string, EventFilter]>([
    ['all', {}],
    ['of a charge point', { related: { chargePoint: '1003' } }],
    ['of a charge point and a session', { related: { chargePoint: '1003', session: '503' } }],
    ['of a type', { types: ['session.metered'] }],
    ['of many types', { types: ['a.b', 'b.c', 'c.d', 'd.e', 'session.metered', 'tariff.updated'] }],
    ['about a subject', { subject: { kind: 'evse', id: 'EVSE-1' } }],
    ['of a span', { occurredAfter: BASE + 100_000, occurredBefore: BASE + 200_000 }],
    ['before an instant', { occurredBefore: BASE + 200_000 }],
    ['of current names', { deprecated: 'exclude' }],
    ['of a tenant that has none', { tenants: ['nobody'] }],
    ['of a type that is not known', { types: ['no.such'] }],
  ])('%s are paged in the order of positions, both ways', async (_what, filter) => {
    const expected = await stored(filter);
    for (const limit of [1, 7, 1_000]) {
      if (limit === 1 && expected.length > 100) continue;
      expect(await walk(filter, 'asc', limit)).toEqual(expected);
      expect(await walk(filter, 'desc', limit)).toEqual(expected.toReversed());
    }
  });

  it('are the same where the index finds too many to sort them', async () => {
    const filler = Array.from({ length: 5_010 }, (_, i) =>
      aDraft({
        occurredAt: BASE - 86_400_000 * 3 + i,
        type: 'session.updated',
        related: { chargePoint: i % 50 === 0 ? 2_001n : 2_000n },
      }),
    );
    for (let at = 0; at < filler.length; at += 1_000)
      await log.append({ entries: filler.slice(at, at + 1_000), positions: [] });
    const filter: HistoryFilter = { types: ['session.updated'], related: { chargePoint: '2001' } };
    const rare = await stored(filter);
    expect(rare).toHaveLength(101);
    expect(await walk({ types: ['session.updated'] }, 'desc', 700)).toHaveLength(5_010);
    expect(await walk(filter, 'desc', 30)).toEqual(rare.toReversed());
    const flagged = { types: ['session.updated'], flags: { all: EventFlag.ahead, none: 0 } };
    expect(await walk(flagged, 'asc', 10)).toEqual([]);
  });

  it('are found along the positions or by the index of one column, whatever the filter', async () => {
    const { pool } = db.database;
    const names = new Dictionaries(pool);
    await pool.query('analyze event');
    const client = await pool.connect();
    try {
      const plans = async (filter: HistoryFilter) => {
        const resolved = await resolveHistoryFilter(filter, names);
        const page = { filter: resolved!, order: 'desc' as const, limit: 50, above: 0n, below: 10_000_000n };
        const part = partOfOneIndex(page.filter);
        const statements = [
          scannedArrivals(page),
          ...(part === undefined ? [] : [countByIndex(part), sortedArrivals(page, part)]),
        ];
        const texts: string[] = [];
        for (const { text, values } of statements) {
          const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
          texts.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        }
        return texts;
      };
      await client.query('set enable_seqscan = off'); // the tables of a test are so small that nothing else pays
      const [scanned, counted, sorted] = await plans({
        related: { chargePoint: '2000' },
        deprecated: 'exclude',
      });
      for (const plan of [scanned ?? '']) {
        expect(plan).toContain('_seq_idx');
        expect(plan).not.toContain('charge_point_id_id_idx');
      }
      for (const plan of [counted, sorted]) expect(plan).toContain('charge_point_id_id_idx');
      const [only, ...others] = await plans({ notification: 'n.tariff.updated', receivedAfter: BASE });
      expect([only?.includes('_seq_idx'), others]).toEqual([true, []]);
    } finally {
      client.release(true);
    }
  });
});

describe('where a read of the feed starts that wants what was received from an instant on', () => {
  const marker = () => new FeedMarker(db.database.pool).mark();
  const MINUTE = 60_000;
  const receive = async (receivedAt: number): Promise<bigint> => {
    await log.append({
      entries: [aDraft({ delivery: aDelivery({ receivedAt }), occurredAt: BASE })],
      positions: [],
    });
    return reader.end();
  };
  /** Marks are of the present; the test moves them to where its events are. */
  const markAt = async (at: number): Promise<void> => {
    await db.database.pool.query("delete from feed_mark where marked_at > now() - interval '1 minute'");
    await marker();
    await db.database.pool.query(
      `update feed_mark set marked_at = to_timestamp($1::float8 / 1000) where marked_at > now() - interval '1 minute'`,
      [at],
    );
  };
  const T = Date.UTC(2026, 5, 1);

  it('is before the first of them, also behind what was released late', async () => {
    await db.database.pool.query('truncate feed_mark');
    const before = await receive(T - 10 * MINUTE);
    await markAt(T - 9 * MINUTE);
    const first = await receive(T);
    await markAt(T + MINUTE);
    // Released from quarantine: old, with a new position, and many of them.
    for (let i = 0; i < 3; i++) await receive(T - 300 * MINUTE);
    const second = await receive(T + 5 * MINUTE);
    await markAt(T + 6 * MINUTE);
    const last = await receive(T + 10 * MINUTE);

    expect(await reader.positionBefore(T)).toBe(first - 1n);
    expect(first - 1n).toBeGreaterThanOrEqual(before);
    expect(await reader.positionBefore(T + 1)).toBe(second - 1n);
    expect(await reader.positionBefore(T + 5 * MINUTE)).toBe(second - 1n);
    expect(await reader.positionBefore(T + 9 * MINUTE)).toBe(last - 1n);
    expect(await reader.positionBefore(T + 60 * MINUTE)).toBe(last);
    const slice = await reader.arrivals({ filter: { receivedAfter: T }, order: 'asc', limit: 10 });
    expect(slice.events.map(({ position }) => position)).toEqual([first, second, last]);
  });

  it('is the beginning, or near it, where nothing was noted', async () => {
    await db.database.pool.query('truncate feed_mark');
    expect(await reader.positionBefore(T - 10 * MINUTE)).toBeLessThan(await reader.end());
    expect(await reader.positionBefore(0)).toBe((await reader.feed(0n, 1, {})).position - 1n);
  });

  it('is noted once a minute, by several instances at once, and not while nothing arrives', async () => {
    const { pool } = db.database;
    await pool.query('truncate feed_mark');
    const marks = async () => Number((await pool.query('select from feed_mark')).rowCount);
    await Promise.all([marker(), marker()]);
    const first = await marks();
    await marker();
    expect(await marks()).toBe(first);
    await pool.query(`update feed_mark set marked_at = marked_at - interval '1 hour'`);
    await marker();
    expect(await marks()).toBe(first);
    await receive(T);
    await marker();
    expect(await marks()).toBe(first + 1);
  });
});
