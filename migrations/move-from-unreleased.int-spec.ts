import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Database, Dictionaries, PgEventLog, PgEventReader } from '@chargelog/event-log';
import { registerSources } from '@chargelog/features/sources';
import { aDelivery, aDraft, aQuarantineDraft } from '@test/drafts.js';
import { dumpDatabase } from '@test/dump-database.js';
import { psqlScript } from '@test/psql-script.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from './index.js';

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const SCRIPT = psqlScript(new URL('move-from-unreleased.sql', import.meta.url));
const UNRELEASED_SCHEMA = text('../test/fixtures/unreleased-schema.sql');
/** What the present writer needs and an unreleased version did not have. */
const PRESENT_APPEND = `${/create table undated_stamp [^;]*;/.exec(text('1795651200000-create-event-log.sql'))?.[0]}
  ${text('functions/append_events.sql')}`;
const WITHOUT_PRESENT_APPEND = `drop table undated_stamp; do $$ begin execute format('drop function %s',
  (select max(oid)::regprocedure from pg_proc where proname = 'append_events')); end $$`;
const DAY_MS = 86_400_000;
const NEWER = 'AddSomething1999999999999';

let db: TestDatabase;
let asNew: TestDatabase;
let pool: Pool;
/** With the migrations of this version. */
let present: Database;
let log: PgEventLog;

beforeAll(async () => {
  [db, asNew] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  pool = db.database.pool;
  await pool.query('drop schema public cascade; create schema public');
  await pool.query(UNRELEASED_SCHEMA);
  present = await Database.open({ connection: db.connection, migrations });
  log = new PgEventLog({
    connection: db.connection,
    dictionaries: new Dictionaries(pool),
    catalogueVersion: 1,
    retryForMs: 2_000,
    log: () => undefined,
  });
  await fill();
});
afterAll(async () => {
  await log.close();
  await present.close();
  await Promise.all([db.drop(), asNew.drop()]);
});

/** Rows of tables whose order of columns is another one in a new database, and of some that nothing but a number refers to. */
const ADMINISTERED = `
  insert into log_epoch default values;
  update quarantine set state = 'discarded', decided_at = now(), decided_by = 'test', decision = 'noise'
   where ctid = (select min(ctid) from quarantine);
  insert into kafka_gap (kafka_topic_id, partition, from_offset, to_offset, reason, acknowledged_at, acknowledged_by, acknowledgement_reason)
  values (1, 0, 42, 50, 'start-above-position', now(), 'test', 'known'), (1, 0, 60, 61, 'start-above-position', null, null, null);
  insert into replay (id, filter, normalized, masked, target_url, end_position)
  values (gen_random_uuid(), '{}', true, false, 'http://127.0.0.1:9/', 5);
  insert into api_key (id, name, hash, prefix, scopes) values (gen_random_uuid(), 'reader', sha256('key'), 'clk_', '{events:read}');
  insert into audit_entry (actor, action, subject) values ('test', 'key.create', 'reader');`;

async function fill(): Promise<void> {
  await registerSources(db.database.dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }]);
  const copied = aDraft();
  const entries = [
    copied,
    { ...copied, delivery: aDelivery({ body: Buffer.from('{ "other": "bytes" }') }) },
    aDraft({ undatedKey: randomBytes(16) }),
    // In the guards before and after the days, and in days.
    ...[-400, -1, 1, 100, 3_000].map((days) => aDraft({ occurredAt: Date.now() + days * DAY_MS })),
    aQuarantineDraft(),
    aQuarantineDraft(),
  ];
  const position = { sourceId: 1, clusterId: 'cluster', topic: 'events', partition: 0, nextOffset: 42n };
  await pool.query(PRESENT_APPEND);
  await log.append({ entries, positions: [position] });
  await pool.query(WITHOUT_PRESENT_APPEND);
  await pool.query(ADMINISTERED);
}

/** All rows but those that say which migrations ran. */
async function rows(): Promise<string> {
  return (await dumpDatabase(pool))
    .replace(/-- (chargelog_migration|migrations|store_check)\n[^-]*/g, '')
    .replace(/\n?-- (feed_mark|undated_stamp)\b/g, '');
}

async function sequences(): Promise<unknown[]> {
  return (
    await pool.query(
      `select sequencename, last_value from pg_sequences where sequencename !~ 'migration' order by 1`,
    )
  ).rows;
}

/** Tables with their columns by name, constraints, indexes, sequences, functions without comments; partitions follow their parent. */
async function schema(of: Pool): Promise<string[]> {
  const { rows: found } = await of.query<{ line: string }>(`
    with relation as (
      select oid, relname, relkind, relispartition from pg_class where relnamespace = 'public'::regnamespace
    )
    select concat_ws(' ', 'column', r.relname, r.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                     a.attidentity, a.attstorage, pg_get_expr(d.adbin, d.adrelid)) as line
      from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
     where r.relkind in ('r', 'p', 'S') and not r.relispartition
    union all
    select concat_ws(' ', 'constraint', r.relname, c.conname, pg_get_constraintdef(c.oid))
      from relation r join pg_constraint c on c.conrelid = r.oid where not r.relispartition
    union all
    select pg_get_indexdef(i.indexrelid)
      from relation r join pg_index i on i.indrelid = r.oid where not r.relispartition
    union all
    select concat_ws(' ', 'sequence', sequencename, data_type, start_value, increment_by, max_value, cache_size) from pg_sequences
    union all
    select regexp_replace(regexp_replace(pg_get_functiondef(oid), '--[^\\n]*', '', 'g'), '\\s+', ' ', 'g')
      from pg_proc where pronamespace = 'public'::regnamespace`);
  return found.map(({ line }) => line).sort();
}

describe('a database of an unreleased version', () => {
  it('is refused with the way to move it, and nothing is written to it', async () => {
    const before = [await dumpDatabase(pool), await schema(pool)];
    await expect(present.migrate()).rejects.toThrow(
      /unreleased version .* nothing in it was changed.*move-from-unreleased\.sql.*docs\/operations\.md/,
    );
    expect([await dumpDatabase(pool), await schema(pool)]).toEqual(before);
  });

  it('is not touched by the script when it is not of the last one', async () => {
    await pool.query(`update migrations set name = 'x' || name where id = 8`);
    const before = [await dumpDatabase(pool), await schema(pool)];
    await expect(pool.query(SCRIPT)).rejects.toThrow(
      'this is not a database of the last unreleased version; nothing was changed',
    );
    expect([await dumpDatabase(pool), await schema(pool)]).toEqual(before);
    await pool.query(`update migrations set name = substr(name, 2) where id = 8`);
  });

  it('is moved by the script with all its rows and numbers, and the feed goes on where its readers were', async () => {
    const reader = new PgEventReader(db.database, new Dictionaries(pool));
    const seen = await reader.feed(0n, 3, {});
    const rest = await reader.feed(seen.position, 100, {});
    const before = [await rows(), await sequences()];
    expect(before[0]).toContain('acme');
    expect(rest.events).toHaveLength(4);

    await pool.query(SCRIPT);
    expect(await present.migrate()).toEqual([]);
    expect(await present.migrationsAhead()).toEqual([]);
    // Nothing is known yet of the logs of partitions.
    const withoutLogs = (await rows())
      .replace(/(?<=^-- kafka_gap\n)\([^]*?(?=\n--)/m, (gaps) => gaps.replaceAll(/,0\)$/gm, ')'))
      .replace(/(?<=^-- kafka_position\n)\([^]*?(?=\n--)/m, (positions) =>
        positions.replaceAll(/,0,\)$/gm, ')'),
      );
    expect([withoutLogs, await sequences()]).toEqual(before);

    expect((await reader.feed(seen.position, 100, {})).events).toEqual(rest.events);
    const [again] = rest.events;
    const delivery = aDelivery({ body: Buffer.from(again?.data ?? '') });
    const outcomes = await log.append({
      entries: [aDraft(), aDraft({ delivery, occurredAt: again?.occurredAt ?? 0 })],
      positions: [],
    });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'duplicate']);
    const later = await reader.feed(rest.position, 100, {});
    expect(later.events.map(({ id }) => id)).toEqual([(outcomes[0] as { eventId: string }).eventId]);
  });

  it('has the schema of a new one afterwards, but for the order of columns', async () => {
    expect(await schema(pool)).toEqual(await schema(asNew.database.pool));
  });

  it('is not moved twice', async () => {
    await expect(pool.query(SCRIPT)).rejects.toThrow('this is not a database of the last unreleased version');
  });
});

describe('a database of a newer version', () => {
  it('is taken, and what this version does not know is named', async () => {
    await pool.query('insert into chargelog_migration ("timestamp", name) values (1999999999999, $1)', [
      NEWER,
    ]);
    expect(await present.migrate()).toEqual([]);
    expect(await present.migrationsAhead()).toEqual([NEWER]);
  });
});
