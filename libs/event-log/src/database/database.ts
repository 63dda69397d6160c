import type pg from 'pg';
import type { DataSource, MigrationInterface } from 'typeorm';
import { openDataSource, openPool, type PgConnection } from './pool.js';
import { onOneConnection } from './transaction.js';

/** Reads give up after this long: a filter that needs more is too wide, and a pool of stuck queries helps nobody. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** Passed only when the server itself hangs or has vanished; the connection is thrown away then. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 2_000;

/** Two-int form of the advisory locks: the one-bigint form belongs to the feed. */
const MIGRATION_LOCK = [0x63686c67, 1] as const;

const OLDEST_SERVER = 150_000;

/** The first migration of the versions before the first release; one now stands for all that they had (migrations/index.ts). */
const UNRELEASED = 'CreateEventLog1795478400000';

export interface DatabaseOptions {
  readonly connection: PgConnection;
  readonly migrations: (new () => MigrationInterface)[];
  /** Pooled connections for reads and administration; writers have their own. Default 10. */
  readonly poolSize?: number;
}

/** The one pool of this process, through TypeORM for what is administered and directly for hot SQL (docs/adr/0009). */
export class Database {
  private constructor(
    readonly dataSource: DataSource,
    readonly pool: pg.Pool,
    private readonly options: DatabaseOptions,
  ) {}

  /** @throws Error when the server cannot be reached, is older than 15 or keeps text in another encoding than UTF-8. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const pool = openPool(options.connection, {
      application_name: 'chargelog',
      max: options.poolSize ?? 10,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
    });
    const dataSource = await openDataSource(pool, options.migrations);
    const { rows } = await pool.query<{ version: number; encoding: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`,
    );
    const server = rows[0];
    const problem =
      server === undefined || server.version < OLDEST_SERVER
        ? `PostgreSQL 15 or newer is needed, the server says ${server?.version}`
        : server.encoding !== 'UTF8'
          ? `the database must be in UTF8 encoding, it is in ${server.encoding}; create it with "encoding 'UTF8'"`
          : undefined;
    if (problem !== undefined) {
      await dataSource.destroy();
      throw new Error(problem);
    }
    return new Database(dataSource, pool, options);
  }

  /**
   * Brings the schema up to date; instances that start together take turns. Returns the names of what was run. On
   * connections of its own, whose statements may take as long as they take: an index of a large log needs more than a read.
   *
   * @throws Error when an unreleased version made the database, before anything is written to it.
   */
  async migrate(): Promise<readonly string[]> {
    const pool = openPool(this.options.connection, {
      application_name: 'chargelog migration',
      max: 2, // one holds the lock
      options: '-c statement_timeout=0',
    });
    const migrator = await openDataSource(pool, this.options.migrations);
    try {
      return await onOneConnection(pool, async (client) => {
        await client.query('select pg_advisory_lock($1, $2)', [...MIGRATION_LOCK]);
        await refuseUnreleased(client);
        const done = await migrator.runMigrations();
        return done.map((migration) => migration.name);
      });
    } finally {
      await migrator.destroy(); // ends the session, and with it the lock
    }
  }

  /** Migrations of this database that this version does not know, oldest first: a newer version made them. */
  async migrationsAhead(): Promise<readonly string[]> {
    const known = this.dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
    const { rows } = await this.pool.query<{ name: string }>(
      'select name from migrations where name <> all ($1::text[]) order by id',
      [known],
    );
    return rows.map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}

async function refuseUnreleased(client: pg.ClientBase): Promise<void> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    `select to_regclass('migrations') is not null as found`,
  );
  if (tables[0]?.found !== true) return;
  const { rowCount } = await client.query('select from migrations where name = $1', [UNRELEASED]);
  if (rowCount === 0) return;
  throw new Error(
    'the database was made by an unreleased version of Chargelog, and nothing in it was changed. ' +
      'migrations/move-from-unreleased.sql moves it to this version with all its events: see "Moving from an unreleased version" in docs/operations.md.',
  );
}
