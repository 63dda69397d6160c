import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventFlag } from '@chargelog/domain';
import { registerSources } from '@chargelog/features/sources';
import type { EventFilter } from '@chargelog/pipeline';
import { aDelivery, aDraft } from '@test/drafts.js';
import { eventually } from '@test/eventually.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { PgEventLog } from '../append/pg-event-log.js';
import { Dictionaries } from '../names/dictionaries.js';
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
    ['a charge point', { related: { chargePoint: 1_003n } }, 42],
    ['a charge point and a type', { related: { chargePoint: 1_003n }, types: ['session.metered'] }, 14],
    ['a subject with a column of its own', { subject: { kind: 'session', id: '503' } }, 18],
    ['a subject that has none', { subject: { kind: 'tariff', id: '3' } }, 20],
    ['a subject whose id is no number', { subject: { kind: 'evse', id: 'EVSE-1' } }, 33],
    ['a span of time', { occurredAfter: BASE + 100_000, occurredBefore: BASE + 200_000 }, 100],
    ['current names only', { deprecated: 'exclude' }, 360],
    ['a type that was never stored', { types: ['cdr.received'] }, 0],
    ['contradicting ids', { subject: { kind: 'session', id: '503' }, related: { session: 504n } }, 0],
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
      [{ related: { chargePoint: 1_003n } }, 42],
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
