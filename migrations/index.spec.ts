import { readdirSync, readFileSync } from 'node:fs';
import type { QueryRunner } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { fromSql, migrations } from './index.js';

const FOLDER = new URL('.', import.meta.url);
const FILE = 'functions/feed.sql';
const NAME = 'ChangeFeed1999999999999';

/** As much of one as a migration uses. */
function runner(query: (statements: string) => Promise<unknown>): QueryRunner {
  return { query } as unknown as QueryRunner;
}

describe('the list of migrations', () => {
  it('has names that end in a time, each later than the one before', () => {
    const times = migrations.map((migration) =>
      Number(/^[A-Z]\w+?(\d{13})$/.exec(new migration().name ?? '')?.[1]),
    );
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(times).not.toContain(Number.NaN);
  });

  it('runs every file of the folder but the one that moves unreleased databases', async () => {
    const ran: string[] = [];
    const query = (statements: string): Promise<unknown> => Promise.resolve(ran.push(statements));
    for (const migration of migrations) await new migration().up(runner(query));
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.sql'),
    );
    const left = files.filter((name) => !ran.includes(readFileSync(new URL(name, FOLDER), 'utf8')));
    expect(left).toEqual(['move-from-unreleased.sql']);
    expect(ran).toHaveLength(files.length - 1);
  });
});

describe('a migration from SQL files', () => {
  it('names the file that is missing, before anything runs', () => {
    expect(() => fromSql(NAME, [FILE, 'functions/lost.sql'])).toThrow(
      /The migration \/.*\/migrations\/functions\/lost\.sql cannot be read.*npm run build/,
    );
  });

  it('names the file whose statements fail', async () => {
    const migration = new (fromSql(NAME, [FILE]))();
    const fails = (): Promise<unknown> => Promise.reject(new Error('syntax error at or near "crate"'));
    await expect(migration.up(runner(fails))).rejects.toThrow(
      'migrations/functions/feed.sql: syntax error at or near "crate"',
    );
  });

  it('has no way back but the backup', async () => {
    const migration = new (fromSql(NAME, [FILE]))();
    await expect(migration.down(runner(() => Promise.resolve()))).rejects.toThrow(
      'ChangeFeed1999999999999 cannot be undone; restore the backup',
    );
  });
});
