import { aDraft, createTestDatabase, type TestDatabase } from '@chargelog/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dictionaries } from './dictionaries.js';
import { PartitionManager } from './partition-manager.js';
import { PgEventLog } from './pg-event-log.js';
import { PgEventReader } from './pg-event-reader.js';
import { registerSources } from './source-registry.js';

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

describe('PartitionManager', () => {
  it('makes nothing while enough days are ready', async () => {
    const manager = new PartitionManager(db.database.pool, () => undefined);
    expect(await manager.run()).toEqual({ made: 0, daysAhead: 14 });
  });

  it('makes days out of the near guard and moves rows that wait there, without their being seen twice', async () => {
    const inNear = Date.now() + 20 * DAY;
    await log.append({ entries: [aDraft({ occurredAt: inNear })], positions: [] });
    expect(await partitionOf(inNear)).toBe('event_near');
    const manager = new PartitionManager(db.database.pool, () => undefined);
    const report = await manager.run(new Date(Date.now() + 10 * DAY));
    expect(report).toEqual({ made: 10, daysAhead: 14 });
    expect(await partitionOf(inNear)).toMatch(/^event_\d{8}$/);
    const reader = new PgEventReader(db.database.pool, new Dictionaries(db.database.pool));
    expect((await reader.feed(0n, 10, {})).events).toHaveLength(1);
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
