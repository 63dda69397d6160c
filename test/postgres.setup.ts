import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchPostgres } from '@chargelog/postgres-launcher';
import { Database } from '@chargelog/store-postgres';
import type { TestProject } from 'vitest/node';
import { migrations } from '../migrations/index.js';

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

/** One real Postgres for the run of a project, with a migrated template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chargelog-test-'));
  const postgres = await launchPostgres({
    dataDir,
    log: () => undefined,
    settings: { max_connections: '200', log_min_messages: 'fatal' },
  });
  const { host, port, user, password, database: template } = postgres.connection;
  const database = await Database.open({ connection: postgres.connection, migrations, poolSize: 2 });
  await database.migrate();
  await database.close();
  project.provide('postgres', { host, port, user, password, template });
  return async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
