import type pg from 'pg';
import { MIGRATIONS_TABLE } from './pool.js';
import { DEFAULT_SCHEMA } from './pg-connection.js';
import { quoteIdentifier } from './session-settings.js';

/** The first migration of the versions before the first release; one now stands for all that they had (migrations/index.ts). */
const UNRELEASED = 'CreateEventLog1795478400000';

/**
 * Those versions noted their migrations in `migrations`. That may be the table of another program, with other columns or
 * not ours to read.
 *
 * @throws Error when an unreleased version made the database.
 */
export async function refuseUnreleased(client: pg.ClientBase, schema: string): Promise<void> {
  const table = `${quoteIdentifier(schema)}.migrations`;
  const { rows } = await client.query<{ readable: boolean | null }>(
    `select has_table_privilege(to_regclass($1), 'select') as readable`,
    [table],
  );
  if (rows[0]?.readable !== true) return;
  const { rowCount } = await client.query(`select from ${table} m where to_jsonb(m) ->> 'name' = $1`, [
    UNRELEASED,
  ]);
  if (rowCount === 0) return;
  throw new Error(
    'the database was made by an unreleased version of Chargelog, and nothing in it was changed. ' +
      'migrations/move-from-unreleased.sql moves it to this version with all its events: see "Moving from an unreleased version" in docs/operations.md.',
  );
}

/**
 * A log that was made in a schema of its own is not to be left behind for an empty one, because a setting was lost.
 *
 * @throws Error when there is no log in `public`, and one elsewhere in this database.
 */
export async function findLogElsewhere(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ schema: string }>(
    `select n.nspname as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and c.relkind = 'r' order by n.nspname = $2 desc, 1`,
    [MIGRATIONS_TABLE, DEFAULT_SCHEMA],
  );
  const found = rows[0]?.schema;
  if (found === undefined || found === DEFAULT_SCHEMA) return;
  throw new Error(
    `the database has no log in the schema ${DEFAULT_SCHEMA}, but one in the schema ${found}. ` +
      `Set CHARGELOG_DATABASE_SCHEMA=${found} to go on with it, or =${DEFAULT_SCHEMA} to begin another one.`,
  );
}

/** The caller sees to it that instances which start together take turns. */
export async function makeSchema(client: pg.ClientBase, schema: string): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    'select exists (select from pg_namespace where nspname = $1) as found',
    [schema],
  );
  if (rows[0]?.found !== true) await client.query(`create schema ${quoteIdentifier(schema)}`);
}
