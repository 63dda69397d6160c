import type pg from 'pg';
import type { DataSource, MigrationInterface } from 'typeorm';
import { LOG_IDENTITY } from './known-log.js';
import { DEFAULT_SCHEMA, type PgConnection } from './pg-connection.js';
import { MIGRATIONS_TABLE, openDataSource, openPool } from './pool.js';
import { findLogElsewhere, makeSchema, refuseUnreleased } from './schema-of-log.js';
import { refuseTransactionPooling } from './session-pooling.js';
import { onOneConnection } from './transaction.js';

/** Reads give up after this long: a filter that needs more is too wide, and a pool of stuck queries helps nobody. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** Passed only when the server itself hangs or has vanished; the connection is thrown away then. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 2_000;

/** Two-int form of the advisory locks: the one-bigint form belongs to the feed. */
const MIGRATION_LOCK = [0x63686c67, 1] as const;

const OLDEST_SERVER = 150_000;

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

  /**
   * @throws Error when the server cannot be reached, is older than 15, keeps text in another encoding than UTF-8 or is
   *   behind a pooler that gives every transaction another session.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    await refuseTransactionPooling(options.connection);
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
   * @throws Error when an unreleased version made the database, or the log is in another schema, before anything is written.
   */
  async migrate(): Promise<readonly string[]> {
    const pool = openPool(this.options.connection, {
      application_name: 'chargelog migration',
      max: 2, // one holds the lock
    });
    const { schema = DEFAULT_SCHEMA, knownLog } = this.options.connection;
    try {
      return await onOneConnection(pool, async (client) => {
        await client.query('select pg_advisory_lock($1, $2)', [...MIGRATION_LOCK]);
        await refuseUnreleased(client, schema);
        if (this.options.connection.schema === undefined) await findLogElsewhere(client);
        await makeSchema(client, schema);
        const migrator = await openDataSource(pool, this.options.migrations);
        const done = await migrator.runMigrations();
        const { rows } = await client.query<{ epoch: string }>(LOG_IDENTITY);
        if (rows[0] !== undefined) knownLog?.remember(rows[0].epoch);
        return done.map((migration) => migration.name);
      });
    } finally {
      await pool.end(); // ends the session, and with it the lock
    }
  }

  /** Of this version. */
  get migrationNames(): readonly string[] {
    return this.dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  }

  /** Migrations of this database that this version does not know, oldest first: a newer version made them. */
  async migrationsAhead(): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      `select name from ${MIGRATIONS_TABLE} where name <> all ($1::text[]) order by id`,
      [this.migrationNames],
    );
    return rows.map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }
}
