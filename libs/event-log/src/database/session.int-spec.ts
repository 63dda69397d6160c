import { registerSources } from '@chargelog/features/sources';
import { aDelivery, aDraft } from '@test/drafts.js';
import { POOLERS } from '@test/pooler/pooler.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../../migrations/index.js';
import { PgEventLog } from '../append/pg-event-log.js';
import { Dictionaries } from '../names/dictionaries.js';
import { PgEventReader } from '../read/pg-event-reader.js';
import { Database } from './database.js';
import { explainDatabase } from './explain-database.js';
import type { PgConnection } from './pg-connection.js';
import { StoreCheck } from './store-check.js';

/** What other programs of a database want, and what would break an append, a read or the way values are read. */
const HOSTILE_DEFAULTS = {
  default_transaction_isolation: `'serializable'`,
  default_transaction_read_only: `'on'`,
  default_transaction_deferrable: `'on'`,
  standard_conforming_strings: `'off'`,
  search_path: `''`,
  datestyle: `'SQL, DMY'`,
  intervalstyle: `'sql_standard'`,
  timezone: `'America/St_Johns'`,
  bytea_output: `'escape'`,
  extra_float_digits: `'-15'`,
  transform_null_equals: `'on'`,
  synchronous_commit: `'off'`,
  lock_timeout: `'1ms'`,
  idle_in_transaction_session_timeout: `'500ms'`,
  idle_session_timeout: `'1s'`,
};

const OCCURRED_AT = Date.UTC(2026, 2, 4, 5, 6, 7, 891);

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await registerSources(db.database.dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }]);
});
afterAll(() => db.drop());

/** As a start does, then a delivery and its copy, and what a reader sees of them. */
async function useThrough(connection: PgConnection): Promise<void> {
  const database = await Database.open({ connection, migrations });
  const names = new Dictionaries(database.pool);
  const log = new PgEventLog({
    connection,
    dictionaries: names,
    catalogueVersion: 1,
    retryForMs: 0,
    log: () => undefined,
  });
  const check = new StoreCheck(connection, database.migrationNames);
  try {
    await database.migrate();
    const reader = new PgEventReader(database, names);
    const end = await reader.end();
    const draft = aDraft({ occurredAt: OCCURRED_AT });
    const outcomes = await log.append({ entries: [draft], positions: [] });
    const again = await log.append({ entries: [{ ...draft, delivery: aDelivery() }], positions: [] });
    expect([...outcomes, ...again].map(({ outcome }) => outcome)).toEqual(['stored', 'duplicate']);
    const { events } = await reader.feed(end, 10, {});
    expect(events).toMatchObject([
      {
        occurredAt: OCCURRED_AT,
        receivedAt: draft.delivery.receivedAt,
        data: draft.delivery.body.toString(),
      },
    ]);
    const raw = await reader.raw(events[0]?.id ?? '');
    expect(raw?.body).toEqual(draft.delivery.body);
    expect(raw?.first.receivedAt).toEqual(draft.delivery.receivedAt);
    const page = await reader.page({ filter: {}, order: 'desc', limit: 100 });
    expect(page.events.map(({ id }) => id)).toContain(events[0]?.id);
    const { rows } = await database.pool.query(
      `select current_setting('statement_timeout') as statement, current_setting('idle_session_timeout') as idle`,
    );
    expect(rows).toEqual([{ statement: '15s', idle: '0' }]);
    expect(await check.trouble()).toBeUndefined();
  } finally {
    await Promise.all([log.close(), check.close(), database.close()]);
  }
}

describe('a session on a database whose defaults were made for other programs', () => {
  it('stores and reads as ever: isolation, read-only, search path, spellings, zone, limits of time', async () => {
    const alter = `alter database ${db.connection.database}`;
    for (const [name, value] of Object.entries(HOSTILE_DEFAULTS))
      await db.database.pool.query(`${alter} set ${name} = ${value}`);
    try {
      await useThrough(db.connection);
    } finally {
      await db.database.pool.query(`${alter} reset all`);
    }
  });
});

describe.each(POOLERS)('behind %s', (_, start) => {
  it('in session mode as it comes, the gateway works as without one', async () => {
    const pooler = await start(db.connection, 'session');
    try {
      await useThrough(pooler.connection);
    } finally {
      await pooler.close();
    }
  });

  it('in transaction mode the start is refused by name, and no other program finds a setting of ours', async () => {
    const pooler = await start(db.connection, 'transaction');
    try {
      const refused = await Database.open({ connection: pooler.connection, migrations }).then(
        () => undefined,
        (error: unknown) => explainDatabase(error),
      );
      expect(refused?.problem).toContain('gives every transaction another session');
      expect(refused?.cure).toMatch(/pool_mode = session.*docs\/postgres\.md/);
      const other = new pg.Client(pooler.connection);
      await other.connect();
      const { rows } = await other.query(
        `select name from pg_settings where source = 'session' and name <> 'application_name' and name not like 'client%'`,
      );
      expect(rows).toEqual([]);
      await other.end();
    } finally {
      await pooler.close();
    }
  });
});
