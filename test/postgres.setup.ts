import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { Database } from '@chargelog/event-log';
import { launchPostgres, type PostgresConnection } from '@chargelog/postgres-launcher';
import { migrations } from '../migrations/index.js';

const TEMPLATE = 'chargelog_template';

/** One real Postgres for the run of a project, with a migrated template database that test files clone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chargelog-test-'));
  const postgres = await launchPostgres({
    dataDir,
    log: () => undefined,
    // No test cuts the power, and a process that is killed loses nothing that the system has taken.
    settings: { max_connections: '200', log_min_messages: 'fatal', fsync: 'off' },
  });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await makeTemplate(postgres.connection);
  } catch (error) {
    await stop();
    throw error;
  }
  const { host, port, user, password } = postgres.connection;
  project.provide('postgres', { host, port, user, password, template: TEMPLATE });
  return stop;
}

async function makeTemplate(connection: PostgresConnection): Promise<void> {
  const admin = new pg.Client(connection);
  await admin.connect();
  await admin.query(`create database ${TEMPLATE}`);
  await admin.end();
  const database = await Database.open({
    connection: { ...connection, database: TEMPLATE },
    migrations,
    poolSize: 2,
  });
  await database.migrate();
  await database.close();
}
