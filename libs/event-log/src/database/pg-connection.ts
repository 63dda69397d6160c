import type pg from 'pg';

/** How to reach the database: what `pg` takes, either a URL or its parts. */
export type PgConnection = Pick<
  pg.ClientConfig,
  'connectionString' | 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'
>;

/** Token of the {@link PgConnection} of the process. */
export const PG_CONNECTION = Symbol('PgConnection');
