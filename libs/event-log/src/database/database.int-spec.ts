import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { Database } from './database.js';

let db: TestDatabase;
beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());

const limits: (string | undefined)[] = [];

class NotesItsTimeLimit1999999999999 implements MigrationInterface {
  name = 'NotesItsTimeLimit1999999999999';

  async up(queryRunner: QueryRunner): Promise<void> {
    const [row] = (await queryRunner.query('show statement_timeout')) as { statement_timeout: string }[];
    limits.push(row?.statement_timeout);
    await queryRunner.query('create table made_by_test (id integer)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table made_by_test');
  }
}

const open = (): Promise<Database> =>
  Database.open({ connection: db.connection, migrations: [NotesItsTimeLimit1999999999999] });

const migrationSessions = async (): Promise<number | null> =>
  (
    await db.database.pool.query(
      `select from pg_stat_activity where application_name = 'chargelog migration' and datname = current_database()`,
    )
  ).rowCount;

describe('Database', () => {
  it('lets a migration take as long as it takes, once, though several instances start together', async () => {
    const instances = await Promise.all([open(), open(), open()]);
    try {
      const done = await Promise.all(instances.map((database) => database.migrate()));
      expect(done.flat()).toEqual(['NotesItsTimeLimit1999999999999']);
      expect(limits).toEqual(['0']);
      await eventually(migrationSessions, (count) => count === 0); // a server process ends after its connection
    } finally {
      await Promise.all(instances.map((database) => database.close()));
    }
  });

  it('names what a newer version has done to the schema, and nothing that is its own', async () => {
    const newer = await open();
    try {
      await newer.migrate();
      expect(await db.database.migrationsAhead()).toContain('NotesItsTimeLimit1999999999999');
      expect(await newer.migrationsAhead()).not.toContain('NotesItsTimeLimit1999999999999');
    } finally {
      await newer.close();
    }
  });

  it('still limits what reads may take', async () => {
    const { rows } = await db.database.pool.query<{ statement_timeout: string }>('show statement_timeout');
    expect(rows[0]?.statement_timeout).toBe('15s');
  });
});
