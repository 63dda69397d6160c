import pg from 'pg';
import { DataSource, getMetadataArgsStorage, type Logger, type MigrationInterface } from 'typeorm';
import type { PgConnection } from './pg-connection.js';
import { SessionClient, type SessionConfig } from './session-client.js';

/** The table in which TypeORM notes what was run. Its own default, `migrations`, may be another program's. */
export const MIGRATIONS_TABLE = 'chargelog_migration';

const CONNECT_TIMEOUT_MS = 5_000;

/** What the driver says when a statement had no answer within `query_timeout`. The statement may be running still. */
const NO_ANSWER = 'Query read timeout';

/**
 * A connection is closed when its server did not answer in time, or has said that it ends the session. `pool.query` does
 * that by itself; TypeORM gives the connection back as if it were sound, perhaps with a transaction open, and the next
 * borrower would wait as long again, or be told of an end that was not its own.
 */
class PooledClient extends SessionClient {
  override query(...given: unknown[]): never {
    const answer = (super.query as (...all: unknown[]) => unknown).apply(this, given);
    if (answer instanceof Promise) {
      // Before the caller sees the error: then the pool already knows that this connection must not be lent again.
      answer.catch((error: unknown) => {
        if (endsSession(error)) this.end(() => undefined);
      });
    }
    return answer as never; // whatever the overload in question promises
  }
}

/** SQLSTATEs with which Postgres ends a session: connection exceptions, shutdown or `pg_terminate_backend`, time-outs of one. */
const END_OF_SESSION = /^(08|57P0[1-5]|25P0[34])/;

function endsSession(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return END_OF_SESSION.test(error.code ?? '');
  return error instanceof Error && error.message === NO_ANSWER;
}

/** @param settings limits and the name that `pg_stat_activity` shows; without a `statement_timeout` statements have none */
export function openPool(
  connection: PgConnection,
  { statement_timeout: statementMs, ...settings }: pg.PoolConfig,
): pg.Pool {
  const config: Omit<pg.PoolConfig, 'password'> & SessionConfig = {
    ...connection,
    Client: PooledClient as unknown as new () => pg.Client, // the pool gives it this configuration
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    limits: { statementMs: statementMs === undefined || statementMs === false ? 0 : statementMs },
    ...settings,
  };
  return new pg.Pool(config);
}

const SILENT: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/**
 * TypeORM on a pool of ours, so that entities and hand-written SQL share one. TypeORM makes its pool with the `Pool` of
 * its documented option `driver`; the one given here answers with ours. `destroy()` ends it.
 */
export async function openDataSource(
  pool: pg.Pool,
  migrations: (new () => MigrationInterface)[] = [],
): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    driver: {
      Pool: function lendOurs(): pg.Pool {
        return pool;
      },
    },
    // All that are declared by the features this process has loaded: a feature brings its own entities.
    entities: getMetadataArgsStorage().tables.map(({ target }) => target as new () => object),
    migrations,
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'each',
    logger: SILENT, // it would print what fails; whoever asked gets the error
    poolErrorHandler: () => undefined, // an idle connection that breaks is replaced by the pool at the next query
  });
  return dataSource.initialize();
}
