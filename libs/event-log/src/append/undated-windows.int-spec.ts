import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { Dictionaries } from '../names/dictionaries.js';
import { storeUndatedWindows } from './undated-windows.js';

const DEFAULT_MS = 600_000;

let db: TestDatabase;
beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());

const windows = async (): Promise<Record<string, number>> => {
  const { rows } = await db.database.pool.query<{ name: string; ms: string }>(
    `select name, undated_window_ms::text as ms from notification where name like 'test.%' order by name`,
  );
  return Object.fromEntries(rows.map(({ name, ms }) => [name, Number(ms)]));
};

describe('storeUndatedWindows', () => {
  it('makes no writer of another instance wait when nothing has changed', async () => {
    const client = await db.database.pool.connect();
    try {
      await client.query('begin; select 1 from notification limit 1'); // as every writer of undated bodies
      await storeUndatedWindows(db.database.dataSource, DEFAULT_MS, new Map());
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('gives every name its window, known before or not, by several instances at once', async () => {
    const { pool, dataSource } = db.database;
    await new Dictionaries(pool).notifications.ensure(['test.known', 'test.own']);
    const own = new Map([
      ['test.own', 5_000],
      ['test.new', 0],
    ]);
    await Promise.all(Array.from({ length: 4 }, () => storeUndatedWindows(dataSource, 30_000, own)));
    await new Dictionaries(pool).notifications.ensure(['test.later']);
    expect(await windows()).toEqual({
      'test.known': 30_000,
      'test.later': 30_000,
      'test.new': 0,
      'test.own': 5_000,
    });
    await storeUndatedWindows(dataSource, DEFAULT_MS, new Map());
    expect(new Set(Object.values(await windows()))).toEqual(new Set([DEFAULT_MS]));
  });
});
