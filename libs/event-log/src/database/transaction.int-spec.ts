import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { inTransaction } from './transaction.js';

let db: TestDatabase;
beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());

const endSessionOf = async (client: pg.ClientBase): Promise<void> => {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await db.database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await ended;
};

describe('inTransaction', () => {
  it('tells a session that ends between two statements as an absent store, and the process lives on', async () => {
    const work = inTransaction(db.database.pool, async (client) => {
      await endSessionOf(client);
      await client.query('select 1');
    });
    await expect(work).rejects.toMatchObject({ code: 'store-away' });
  });

  it('tells a session that ends during a statement as an absent store, and the process lives on', async () => {
    const work = inTransaction(db.database.pool, async (client) => {
      const ended = new Promise((resolve) => client.once('end', resolve));
      const asked = client.query('select pg_terminate_backend(pg_backend_pid())');
      await Promise.all([asked, ended]);
    });
    await expect(work).rejects.toMatchObject({ code: 'store-away' });
    expect(await inTransaction(db.database.pool, () => Promise.resolve('works'))).toBe('works');
  });

  it('rolls back, and passes on what the work threw', async () => {
    const fault = new TypeError('a fault of ours');
    const work = inTransaction(db.database.pool, async (client) => {
      await client.query(`insert into tenant (name) values ('half')`);
      throw fault;
    });
    await expect(work).rejects.toBe(fault);
    const { rows } = await db.database.pool.query(`select from tenant where name = 'half'`);
    expect(rows).toHaveLength(0);
  });
});
