import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { openDataSource, openPool } from './pool.js';
import { askDatabase } from './sql-errors.js';
import { inTransaction, onOneConnection } from './transaction.js';

let db: TestDatabase;
let pool: pg.Pool;
let dataSource: DataSource;
beforeAll(async () => {
  db = await createTestDatabase();
  ({ pool, dataSource } = db.database);
});
afterAll(() => db.drop());

const endSession = (pid: number | undefined): Promise<unknown> =>
  pool.query('select pg_terminate_backend($1)', [pid]);
const namesLike = async (name: string): Promise<number | null> =>
  (await db.database.pool.query('select from tenant where name = $1', [name])).rowCount;

describe('inTransaction', () => {
  it('tells a session that ends between two statements as an absent store, and the process lives on', async () => {
    const work = inTransaction(dataSource, async (manager) => {
      await manager.query(`insert into tenant (name) values ('cut off')`);
      const [session] = await manager.query<{ pid: number }[]>('select pg_backend_pid() as pid');
      await endSession(session?.pid);
      await eventually(() => Promise.resolve(manager.queryRunner?.isReleased), Boolean);
      await manager.query('select 1');
    });
    await expect(work).rejects.toMatchObject({ code: 'store-away' });
    expect(await namesLike('cut off')).toBe(0);
  });

  it('tells a session that ends during a statement as an absent store, and the process lives on', async () => {
    const work = inTransaction(dataSource, (manager) =>
      manager.query('select pg_terminate_backend(pg_backend_pid())'),
    );
    await expect(work).rejects.toMatchObject({ code: 'store-away' });
    expect(await inTransaction(dataSource, () => Promise.resolve('works'))).toBe('works');
  });

  it('rolls back, and passes on what the work threw', async () => {
    const fault = new TypeError('a fault of ours');
    const work = inTransaction(dataSource, async (manager) => {
      await manager.query(`insert into tenant (name) values ('half')`);
      throw fault;
    });
    await expect(work).rejects.toBe(fault);
    expect(await namesLike('half')).toBe(0);
  });
});

describe('a connection of which the server says nothing any more', () => {
  const through: readonly [string, (one: DataSource, sql: string) => Promise<unknown>][] = [
    ['a transaction', (one, sql) => inTransaction(one, (manager) => manager.query(sql))],
    ['a read of TypeORM', (one, sql) => askDatabase(() => one.query(sql))],
  ];

  it.each(through)('is closed, with the transaction on it, when %s gives up waiting', async (_, run) => {
    const single = openPool(db.connection, { max: 1, query_timeout: 300 });
    const one = await openDataSource(single);
    try {
      const slow = run(one, `insert into tenant (name) select 'too late' from pg_sleep(2)`);
      await expect(slow).rejects.toMatchObject({ code: 'store-away' });
      expect(single.totalCount).toBe(0);
      expect(await run(one, 'select 1 as n')).toEqual([{ n: 1 }]);
    } finally {
      await one.destroy();
    }
    expect(single.ended).toBe(true);
    await eventually(
      () =>
        pool.query(`select from pg_stat_activity where query like '%too late%' and pid <> pg_backend_pid()`),
      ({ rowCount }) => rowCount === 0,
    );
  });

  it.each(through)('is lent to nobody else after the server has ended the session of %s', async (_, run) => {
    const single = openPool(db.connection, { max: 1 });
    const one = await openDataSource(single);
    try {
      for (let round = 0; round < 20; round += 1) {
        const ended = run(one, 'select pg_terminate_backend(pg_backend_pid()) from pg_sleep(0)');
        await expect(ended).rejects.toMatchObject({ code: 'store-away' });
        expect(await run(one, 'select 1 as n')).toEqual([{ n: 1 }]);
      }
    } finally {
      await one.destroy();
    }
  });
});

describe('onOneConnection', () => {
  it('lets the process live on when its session ends between two statements', async () => {
    const work = onOneConnection(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const ended = new Promise((resolve) => client.once('end', resolve));
      await endSession(rows[0]?.pid);
      await ended;
      await client.query('select 1');
    });
    await expect(work).rejects.toThrow('not queryable');
    expect(await onOneConnection(pool, () => Promise.resolve('works'))).toBe('works');
  });

  it('ends the session, and the transaction with it, when the work throws', async () => {
    const fault = new TypeError('a fault of ours');
    const work = onOneConnection(pool, async (client) => {
      await client.query(`begin; insert into tenant (name) values ('half')`);
      throw fault;
    });
    await expect(work).rejects.toBe(fault);
    expect(await namesLike('half')).toBe(0);
  });
});
