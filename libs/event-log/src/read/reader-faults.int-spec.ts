import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '@chargelog/domain';
import { QuarantineStore } from '@chargelog/features/quarantine';
import { eventually } from '@test/eventually.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { DatabaseProbe } from '../database/database-probe.js';
import { openDataSource, openPool } from '../database/pool.js';
import { Dictionaries } from '../names/dictionaries.js';
import { PgEventReader } from './pg-event-reader.js';

const ID = '0199aa00-0000-8000-8000-000000000001';
const QUERY = { filter: {}, order: 'desc', limit: 10 } as const;

let db: TestDatabase;
const dataSources: DataSource[] = [];
const pulses: DatabaseProbe[] = [];

beforeAll(async () => (db = await createTestDatabase()));
afterEach(async () => {
  await Promise.all(pulses.splice(0).map((probe) => probe.close()));
  await Promise.all(dataSources.splice(0).map((dataSource) => dataSource.destroy()));
});
afterAll(() => db.drop());

/** Every read of the log there is, over a pool with these limits. */
async function readsOver(limits: pg.PoolConfig): Promise<{
  readonly pool: pg.Pool;
  readonly reads: readonly (() => Promise<unknown>)[];
}> {
  const pool = openPool(db.connection, limits);
  const dataSource = await openDataSource(pool);
  dataSources.push(dataSource);
  const probe = new DatabaseProbe(db.connection);
  pulses.push(probe);
  const names = new Dictionaries(pool);
  const reader = new PgEventReader({ pool, dataSource }, names, probe);
  const quarantine = new QuarantineStore(dataSource);
  return {
    pool,
    reads: [
      () => reader.find(ID),
      () => reader.raw(ID),
      () => reader.deliveries(ID),
      () => reader.page(QUERY),
      () => reader.feed(0n, 10, {}),
      () => reader.epoch(),
      () => quarantine.list({ limit: 10 }),
      () => quarantine.find(ID),
      () => quarantine.discard(ID, { by: 'a', reason: 'b' }),
    ],
  };
}

const answersOf = async (reads: readonly (() => Promise<unknown>)[]): Promise<ReadonlySet<unknown>> => {
  const results = await Promise.allSettled(reads.map((read) => read()));
  return new Set(
    results.map((result) => {
      if (result.status === 'fulfilled') return result.value;
      return result.reason instanceof GatewayError ? result.reason.code : String(result.reason);
    }),
  );
};

/** While nobody else can read the log. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  const client = await db.database.pool.connect();
  try {
    await client.query('begin; lock table event, log_epoch, quarantine in access exclusive mode');
    await work();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

describe('a read of the log', () => {
  it('that takes longer than a statement may is told as that', async () => {
    const { reads } = await readsOver({ statement_timeout: 200, max: 10 });
    await whileLocked(async () => expect(await answersOf(reads)).toEqual(new Set(['query-timeout'])));
  });

  it('whose session ends in the middle is told that the store is away, and the next one is answered', async () => {
    const { reads } = await readsOver({ application_name: 'to be ended', max: 10 });
    await whileLocked(async () => {
      const answers = answersOf(reads);
      const ended = new Set<number>(); // they come to the lock one after the other
      await eventually(
        async () => {
          const { rows } = await db.database.pool.query<{ pid: number }>(
            `select pid, pg_terminate_backend(pid) from pg_stat_activity
              where application_name = 'to be ended' and wait_event_type = 'Lock'`,
          );
          for (const { pid } of rows) ended.add(pid);
          return ended.size;
        },
        (size) => size === reads.length,
      );
      expect(await answers).toEqual(new Set(['store-away']));
    });
    expect(await answersOf(reads.slice(0, 3))).toEqual(new Set([undefined]));
  });

  it('that finds all connections busy is told of the load, not of an absent store', async () => {
    const { pool, reads } = await readsOver({ max: 1, connectionTimeoutMillis: 200 });
    const busy = await pool.connect();
    expect(await answersOf(reads)).toEqual(new Set(['overloaded']));
    busy.release();
    expect(await answersOf(reads.slice(0, 3))).toEqual(new Set([undefined]));
  });

  it('that meets a table that is not as we made it is an error of ours', async () => {
    const { reads } = await readsOver({});
    await db.database.pool.query(
      `alter table event rename to event_hidden; alter table log_epoch rename to log_epoch_hidden;
       alter table quarantine rename to quarantine_hidden`,
    );
    try {
      const answers = [...(await answersOf(reads))];
      expect(answers.every((answer) => String(answer).includes('does not exist'))).toBe(true);
    } finally {
      await db.database.pool.query(
        `alter table event_hidden rename to event; alter table log_epoch_hidden rename to log_epoch;
         alter table quarantine_hidden rename to quarantine`,
      );
    }
  });
});
