import { randomBytes } from 'node:crypto';
import { Database, type PgConnection } from '@chargelog/event-log';
import pg from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      /** A migrated database that nobody connects to; each test file clones it. */
      readonly template: string;
    };
  }
}

export interface TestDatabase {
  readonly connection: PgConnection & { readonly database: string };
  readonly database: Database;
  drop(): Promise<void>;
}

/** A migrated database of one's own, cloned from the template of this run (about 0.1 s). */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { template, ...server } = inject('postgres');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await administer(
    { ...server, database: 'postgres' },
    `create database ${name} template ${template} strategy wal_log`,
  );
  const connection = { ...server, database: name };
  const database = await Database.open({ connection, migrations: [], poolSize: 10 });
  return {
    connection,
    database,
    drop: async () => {
      await database.close();
      await administer({ ...server, database: 'postgres' }, `drop database ${name} with (force)`);
    },
  };
}

async function administer(connection: PgConnection, statement: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
