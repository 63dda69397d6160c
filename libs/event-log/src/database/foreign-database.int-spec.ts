import { registerSources } from '@chargelog/features/sources';
import { aDraft } from '@test/drafts.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../../../migrations/index.js';
import { PgEventLog } from '../append/pg-event-log.js';
import { Dictionaries } from '../names/dictionaries.js';
import { PartitionManager } from '../partitions/partition-manager.js';
import { PgEventReader } from '../read/pg-event-reader.js';
import { Database } from './database.js';
import { explainDatabase, type DatabaseTrouble } from './explain-database.js';
import type { PgConnection } from './pg-connection.js';
import { StoreCheck } from './store-check.js';

const DAY_MS = 86_400_000;

let db: TestDatabase;
let admin: pg.Client;
/** Of the database alone, so that files may run side by side. */
let role: string;

beforeEach(async () => {
  db = await createTestDatabase();
  admin = new pg.Client(db.connection);
  await admin.connect();
  role = `app_${db.connection.database}`;
  await admin.query('drop schema public cascade; create schema public');
});
afterEach(async () => {
  await admin.end();
  await db.drop();
});

/** As a start does. */
async function start(connection: PgConnection): Promise<Database> {
  const database = await Database.open({ connection, migrations });
  try {
    await database.migrate();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function refusal(connection: PgConnection): Promise<DatabaseTrouble & { readonly text: string }> {
  const error: unknown = await start(connection).then(
    async (database) => database.close(),
    (thrown: unknown) => thrown,
  );
  return { problem: '', cure: '', ...explainDatabase(error), text: String(error) };
}

/** Takes in an event and gives it out, makes partitions, and is ready. */
async function use(connection: PgConnection): Promise<void> {
  const database = await start(connection);
  const { pool, dataSource } = database;
  const names = new Dictionaries(pool);
  const log = new PgEventLog({
    connection,
    dictionaries: names,
    catalogueVersion: 1,
    retryForMs: 0,
    log: () => undefined,
  });
  const check = new StoreCheck(connection, database.migrationNames);
  try {
    await registerSources(dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }]);
    const draft = aDraft();
    expect(await log.append({ entries: [draft], positions: [] })).toMatchObject([{ outcome: 'stored' }]);
    const { events } = await new PgEventReader(database, names).feed(0n, 10, {});
    expect(events.map(({ data }) => data)).toEqual([draft.delivery.body.toString()]);
    expect(
      (await new PartitionManager(pool, () => undefined).run(new Date(Date.now() + 20 * DAY_MS))).made,
    ).toBeGreaterThan(0);
    expect(await check.trouble()).toBeUndefined();
  } finally {
    await Promise.all([log.close(), check.close(), database.close()]);
  }
}

const tablesOf = async (schema: string): Promise<readonly string[]> =>
  (
    await admin.query<{ relname: string }>(
      `select relname from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'p') order by 1`,
      [schema],
    )
  ).rows.map(({ relname }) => relname);

describe('a database of somebody else', () => {
  it('keeps its tables, whatever their names, when the log has a schema of its own', async () => {
    // The migrations of another framework, and names that are ours as well.
    await admin.query(`
      create table migrations (id serial, migration text, batch integer); insert into migrations (migration, batch) values ('x', 1);
      create table event (mine text); create table source (mine text); create table tenant (mine text);`);
    const before = await tablesOf('public');
    await use({ ...db.connection, schema: 'chargelog' });
    expect(await tablesOf('public')).toEqual(before);
    expect(await tablesOf('chargelog')).toEqual(
      expect.arrayContaining(['event', 'chargelog_migration', 'log_epoch']),
    );
  });

  it('whose table of migrations has our former name is no hindrance', async () => {
    await admin.query('create table migrations (id serial, migration text, batch integer)');
    await use(db.connection);
  });

  it('with tables of our names is refused in one sentence with the cure, and nothing in it is changed', async () => {
    await admin.query('create table tenant (mine text)');
    const { problem, cure } = await refusal(db.connection);
    expect(problem).toMatch(/already has something of this name.*"tenant"/);
    expect(cure).toContain('CHARGELOG_DATABASE_SCHEMA=chargelog');
    expect(await tablesOf('public')).toEqual(expect.not.arrayContaining(['event', 'source']));
  });

  it('where the log is in a schema of its own is not begun anew in public because the setting was lost', async () => {
    const own = { ...db.connection, schema: 'chargelog' };
    await use(own);
    expect((await refusal(db.connection)).text).toMatch(
      /one in the schema chargelog.*CHARGELOG_DATABASE_SCHEMA=chargelog/,
    );
    expect(await tablesOf('public')).toEqual([]);
    await (await start(own)).close();
  });
});

describe('two logs in one database, with a schema each', () => {
  it('do not wait for each other: a writer of one holds back no feed of the other', async () => {
    const [one, two] = [
      { ...db.connection, schema: 'one' },
      { ...db.connection, schema: 'two' },
    ];
    const database = await start(one);
    await use(two);
    // As append_events() of the first log registers a writer, at a lower position than any of the second's events.
    await admin.query(`begin; set local search_path = one;
      select pg_advisory_xact_lock_shared((1::bigint << 62) + (('event_seq'::regclass::oid::bigint & 8191) << 48) + 1)`);
    const other = await start(two);
    const names = new Dictionaries(other.pool);
    const { events } = await new PgEventReader(other, names).feed(0n, 10, {});
    expect(events).toHaveLength(1);
    expect(await new PgEventReader(database, new Dictionaries(database.pool)).horizon()).toBe(1n);
    await admin.query('rollback');
    await Promise.all([database.close(), other.close()]);
  });
});

describe('a restricted role', () => {
  const as = (): PgConnection => ({ ...db.connection, user: role, password: 'x' });
  beforeEach(() =>
    admin.query(`create role ${role} login password 'x'; revoke create on schema public from public`),
  );
  afterEach(() => admin.query(`drop owned by ${role} cascade; drop role ${role}`));

  it('that may not create tables is told which right it lacks', async () => {
    const { problem, cure } = await refusal(as());
    expect(problem).toMatch(/lacks a right.*permission denied for schema public/);
    expect(cure).toMatch(/grant it create.*Roles of the database/);
  });

  it('that may not make the schema that is set is told so', async () => {
    const { problem, cure } = await refusal({ ...as(), schema: 'chargelog' });
    expect(problem).toMatch(/lacks a right.*permission denied for database/);
    expect(cure).toContain('Roles of the database');
  });

  it('that owns a schema needs no other right', async () => {
    await admin.query(`create schema chargelog authorization ${role}`);
    await use({ ...as(), schema: 'chargelog' });
  });

  it('that logs in for the owner works as the owner: log-ins may change, tables stay whose they are', async () => {
    await admin.query(`
      create role ${role}_owner; create schema chargelog authorization ${role}_owner;
      grant ${role}_owner to ${role}; alter role ${role} set role ${role}_owner`);
    try {
      await use({ ...as(), schema: 'chargelog' });
      const { rows } = await admin.query(
        `select tableowner from pg_tables where schemaname = 'chargelog' group by 1`,
      );
      expect(rows).toEqual([{ tableowner: `${role}_owner` }]);
    } finally {
      await admin.query(`drop owned by ${role}_owner cascade; drop role ${role}_owner`);
    }
  });

  it('that lacks a grant on a table is told which, and what to do', async () => {
    await (await start(db.connection)).close();
    await admin.query(
      `grant usage on schema public to ${role}; grant select on chargelog_migration, log_epoch to ${role}`,
    );
    const check = new StoreCheck(as(), []);
    const trouble = await check.trouble();
    await check.close();
    expect(trouble?.problem).toMatch(/may not read or write event, duplicate/);
    expect(trouble?.cure).toContain('Roles of the database');
  });
});
