import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { registerSources } from '@chargelog/features/sources';
import { aDraft } from '@test/drafts.js';
import { eventually } from '@test/eventually.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { PgEventLog } from '../append/pg-event-log.js';
import { Dictionaries } from '../names/dictionaries.js';
import { PgEventReader } from '../read/pg-event-reader.js';
import { PartitionManager } from './partition-manager.js';

const DAY = 86_400_000;
let db: TestDatabase;
let log: PgEventLog;

beforeAll(async () => {
  db = await createTestDatabase();
  await registerSources(db.database.dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }]);
  log = new PgEventLog({
    connection: db.connection,
    dictionaries: new Dictionaries(db.database.pool),
    catalogueVersion: 1,
    retryForMs: 2_000,
    log: () => undefined,
  });
});
afterAll(async () => {
  await log.close();
  await db.drop();
});

const partitionOf = async (occurredAt: number): Promise<string | undefined> => {
  const { rows } = await db.database.pool.query<{ name: string }>(
    `select tableoid::regclass::text as name from event where id >= id_floor(to_timestamp($1)) and id < id_floor(to_timestamp($2))`,
    [occurredAt / 1_000, occurredAt / 1_000 + 1],
  );
  return rows[0]?.name;
};
const partitions = async (): Promise<number> => {
  const { rows } = await db.database.pool.query<{ n: number }>(
    `select count(*)::int as n from pg_inherits where inhparent = 'event'::regclass`,
  );
  return rows[0]?.n ?? 0;
};

const waitingForLocks = async (): Promise<number> => {
  const { rows } = await db.database.pool.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.n ?? 0;
};

describe('PartitionManager', () => {
  it('makes nothing while enough days are ready', async () => {
    const manager = new PartitionManager(db.database.pool, () => undefined);
    expect(await manager.run()).toEqual({ made: 0, daysAhead: 14 });
  });

  it('goes by the database’s clock: an instance whose own is a century ahead makes nothing', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 100 * 365 * DAY });
    try {
      const before = await partitions();
      const manager = new PartitionManager(db.database.pool, () => undefined);
      expect(await manager.run()).toEqual({ made: 0, daysAhead: 14 });
      expect(await partitions()).toBe(before);
    } finally {
      vi.useRealTimers();
    }
  });

  it('makes days out of the near guard and moves rows that wait there, without their being seen twice', async () => {
    const inNear = Date.now() + 20 * DAY;
    await log.append({ entries: [aDraft({ occurredAt: inNear })], positions: [] });
    expect(await partitionOf(inNear)).toBe('event_near');
    const manager = new PartitionManager(db.database.pool, () => undefined);
    const report = await manager.run(new Date(Date.now() + 10 * DAY));
    expect(report).toEqual({ made: 10, daysAhead: 14 });
    expect(await partitionOf(inNear)).toMatch(/^event_\d{8}$/);
    const reader = new PgEventReader(db.database, new Dictionaries(db.database.pool));
    expect((await reader.feed(0n, 10, {})).events).toHaveLength(1);
  });

  it('makes each day once, without an error, when two instances roll at once', async () => {
    const client = await db.database.pool.connect();
    try {
      await client.query('begin; lock table event in access share mode');
      const today = new Date(Date.now() + 25 * DAY);
      const rolling = [1, 2].map(() => new PartitionManager(db.database.pool, () => undefined).run(today));
      await eventually(waitingForLocks, (waiting) => waiting === 2);
      await client.query('commit');
      const reports = await Promise.all(rolling);
      expect(reports.map(({ daysAhead }) => daysAhead)).toEqual([14, 14]);
      expect(reports.filter(({ made }) => made > 0)).toHaveLength(1);
    } finally {
      client.release();
    }
  });

  it('survives the end of its session while it waits for a lock', async () => {
    const client = await db.database.pool.connect();
    try {
      await client.query('begin; lock table event in access share mode');
      const rolling = new PartitionManager(db.database.pool, () => undefined).run(
        new Date(Date.now() + 40 * DAY),
      );
      const ended = expect(rolling).rejects.toMatchObject({ code: '57P01' });
      await eventually(
        () =>
          db.database.pool.query<{ n: number }>(
            `select count(pg_terminate_backend(pid))::int as n from pg_stat_activity
              where query like 'select roll_partitions%' and wait_event_type = 'Lock' and pid <> pg_backend_pid()`,
          ),
        ({ rows }) => rows[0]?.n === 1,
      );
      await ended;
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('keeps the number of partitions bounded after the gateway was away for two years', async () => {
    const future = Date.now() + 500 * DAY;
    await log.append({ entries: [aDraft({ occurredAt: future })], positions: [] });
    expect(await partitionOf(future)).toBe('event_far');
    const manager = new PartitionManager(db.database.pool, () => undefined);
    await manager.run(new Date(Date.now() + 730 * DAY));
    expect(await partitions()).toBeLessThan(150);
    expect(await partitionOf(future)).toMatch(/^event_\d{8}_\d{8}$/);
  });
});
