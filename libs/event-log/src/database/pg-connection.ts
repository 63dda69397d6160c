import type pg from 'pg';
import type { KnownLog } from './known-log.js';

/** How to reach the log: what `pg` takes, either a URL or its parts, and where in the database the log is. */
export type PgConnection = Pick<
  pg.ClientConfig,
  'connectionString' | 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'
> & {
  /** `public` when it is absent. */
  readonly schema?: string;
  /**
   * Asked for each connection that is made, so that a password may change while the gateway runs. It goes before the
   * password of the URL. @throws Error that says where it was looked for.
   */
  readonly passwordSource?: () => string;
  /** Where it is given, a session on another log than this one is refused. */
  readonly knownLog?: KnownLog;
};

export const DEFAULT_SCHEMA = 'public';

/** Token of the {@link PgConnection} of the process. */
export const PG_CONNECTION = Symbol('PgConnection');
