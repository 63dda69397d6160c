import { GatewayError } from '@chargelog/domain';
import { registerSources } from '@chargelog/features/sources';
import { aDraft } from '@test/drafts.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../../../migrations/index.js';
import { PgEventLog } from '../append/pg-event-log.js';
import { Dictionaries } from '../names/dictionaries.js';
import { Database } from './database.js';
import { KnownLog } from './known-log.js';
import { StoreCheck } from './store-check.js';

let db: TestDatabase;
let database: Database;
let check: StoreCheck;
/** Of another program or an administrator. */
let other: pg.Client;

const begin = async (): Promise<void> => {
  db = await createTestDatabase();
  const connection = { ...db.connection, knownLog: new KnownLog() };
  database = await Database.open({ connection, migrations, poolSize: 2 });
  await database.migrate();
  check = new StoreCheck(connection, database.migrationNames, 0);
  other = new pg.Client(db.connection);
  await other.connect();
  expect(await check.trouble()).toBeUndefined();
};
const end = async (): Promise<void> => {
  await Promise.all([check.close(), database.close(), other.end()]);
  await db.drop();
};

describe('readiness', () => {
  beforeAll(begin);
  afterAll(end);

  it('leaves nothing in the log, and shares one look between all who ask at once', async () => {
    const [first, second] = [check.trouble(), check.trouble()];
    expect(first).toBe(second);
    expect(await first).toBeUndefined();
    const { rows } = await other.query(
      `select (select count(*) from event)::int as events, (select count(*) from store_check)::int as trials,
              pg_relation_size('store_check')::int as bytes`,
    );
    expect(rows).toEqual([{ events: 0, trials: 0, bytes: 0 }]);
  });

  it.each(['feed', 'append_events'])('is not given without the function %s', async (name) => {
    const rename = (from: string, to: string): Promise<unknown> =>
      other.query(
        `do $$ begin execute (select 'alter function ' || oid::regprocedure || ' rename to ${to}' from pg_proc where proname = '${from}'); end $$`,
      );
    await rename(name, 'hidden');
    expect((await check.trouble())?.problem).toMatch(new RegExp(`functions of the log are missing.*${name}`));
    await rename('hidden', name);
    expect(await check.trouble()).toBeUndefined();
  });

  it.each(['event', 'duplicate', 'quarantine', 'kafka_position', 'undated_key'])(
    'is not given without the table %s, whether or not the next delivery needs it',
    async (table) => {
      await other.query(`alter table ${table} rename to hidden`);
      expect(await check.trouble()).toMatchObject({
        problem: expect.stringContaining(`missing: ${table}`) as string,
        cure: expect.stringContaining('backup') as string,
      });
      await other.query(`alter table hidden rename to ${table}`);
      expect(await check.trouble()).toBeUndefined();
    },
  );

  it('is not given when a migration is lost, as after a restore of an older backup', async () => {
    await other.query(`update chargelog_migration set name = 'x' || name`);
    expect((await check.trouble())?.problem).toMatch(/lacks migrations.*CreateSchema/);
    await other.query(`update chargelog_migration set name = substr(name, 2)`);
  });

  it('is not given while the disk of Postgres is full, though every read is answered', async () => {
    // What Postgres says when a file cannot grow; store_check has to.
    await other.query(`
      create function disk_full() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file "base/5/16400": No space left on device' using errcode = '53100'; end $$;
      create trigger disk_full before insert on store_check execute function disk_full()`);
    const full = new StoreCheck(db.connection, database.migrationNames, 0); // it has not written yet
    expect(await full.trouble()).toMatchObject({
      problem: expect.stringContaining('disk of Postgres is full') as string,
      cure: expect.stringContaining('free space') as string,
    });
    await other.query('drop trigger disk_full on store_check');
    expect(await full.trouble()).toBeUndefined();
    await full.close();
  });

  it('is given during a backup, which holds every table', async () => {
    await other.query('begin; lock table event, store_check in access share mode');
    const during = new StoreCheck(db.connection, database.migrationNames, 0);
    expect(await during.trouble()).toBeUndefined();
    await during.close();
    await other.query('rollback');
  });

  it('is not given while somebody keeps all from writing', async () => {
    await other.query('begin; lock table event in share mode'); // as CREATE INDEX does
    expect((await check.trouble())?.problem).toMatch(/holds a lock|does not answer in time/);
    await other.query('rollback');
    expect(await check.trouble()).toBeUndefined();
  });

  it('is not given to a user that may not write one of the tables', async () => {
    const role = `r_${db.connection.database}`;
    await other.query(`create role ${role} login password 'x'; grant select, insert, update on all tables in schema public to ${role};
      grant usage on all sequences in schema public to ${role}; revoke insert on duplicate from ${role}`);
    const restricted = new StoreCheck(
      { ...db.connection, user: role, password: 'x' },
      database.migrationNames,
      0,
    );
    expect(await restricted.trouble()).toMatchObject({
      problem: expect.stringContaining('may not read or write duplicate') as string,
      cure: expect.stringContaining('Roles of the database') as string,
    });
    await restricted.close();
    await other.query(`drop owned by ${role}; drop role ${role}`);
  });
});

describe('a database that was dropped and made anew while the gateway runs', () => {
  beforeEach(begin);
  afterEach(end);

  const endSessions = (): Promise<unknown> =>
    other.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );

  it('without tables: no readiness, and it says to restart', async () => {
    await other.query('drop schema public cascade; create schema public');
    await endSessions();
    await check.trouble(); // finds its session ended
    expect(await check.trouble()).toMatchObject({
      problem: expect.stringContaining('dropped or replaced') as string,
      cure: expect.stringContaining('restart the gateway') as string,
    });
  });

  it('by another instance: nothing is stored under numbers that stand for other names now', async () => {
    await registerSources(database.dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }]);
    const log = new PgEventLog({
      connection: { ...db.connection, knownLog: await knownLog() },
      dictionaries: new Dictionaries(database.pool),
      catalogueVersion: 1,
      retryForMs: 0,
      log: () => undefined,
    });
    await log.append({ entries: [aDraft()], positions: [] });
    await other.query('update log_epoch set epoch = gen_random_uuid(); truncate event');
    await endSessions();
    for (const attempt of [1, 2]) {
      const refused = log.append({ entries: [aDraft()], positions: [] });
      await expect(refused, `attempt ${attempt}`).rejects.toThrow(GatewayError);
    }
    await expect(database.pool.query('select 1')).rejects.toThrow('gateway must be restarted');
    expect((await other.query('select from event')).rowCount).toBe(0);
    await check.trouble();
    expect((await check.trouble())?.problem).toContain('replaced');
    await log.close();
  });

  async function knownLog(): Promise<KnownLog> {
    const known = new KnownLog();
    const { rows } = await other.query<{ epoch: string }>('select epoch from log_epoch');
    known.remember(rows[0]?.epoch ?? '');
    return known;
  }
});
