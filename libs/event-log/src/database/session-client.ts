import { readFileSync } from 'node:fs';
import pg from 'pg';
import { AnotherLogError, LOG_IDENTITY } from './known-log.js';
import { passFilePassword } from './pass-file.js';
import { DEFAULT_SCHEMA, type PgConnection } from './pg-connection.js';
import { sessionSettings, type SessionLimits } from './session-settings.js';

/** Parameters of a URL that name files, which the driver reads whenever it makes a connection. */
export const TLS_FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const;

const SET_UP_WITHIN_MS = 5_000;

export interface SessionConfig extends Omit<pg.ClientConfig, keyof PgConnection>, PgConnection {
  /** Without them the session is left as the server makes it. */
  readonly limits?: SessionLimits;
  /** Further statements of the set-up. */
  readonly setUp?: string;
}

/**
 * A connection of the gateway: set up before anybody uses it, with a password and certificates that are read when it is
 * made. Every connection to the log is one of these.
 */
export class SessionClient extends pg.Client {
  private readonly setUp: string;
  private readonly known: PgConnection['knownLog'];
  /** Why no connection can be made. */
  private readonly problem: Error | undefined;

  constructor(config: SessionConfig) {
    const problem = tlsFileProblem(config.connectionString);
    super(problem === undefined ? config : {}); // the driver reads the files here, and a pool does not expect that to fail
    this.problem = problem;
    this.known = config.knownLog;
    this.setUp =
      config.limits === undefined
        ? ''
        : sessionSettings(config.schema ?? DEFAULT_SCHEMA, config.limits) + (config.setUp ?? '');
    // Here, because the driver prefers a password of the URL, be it empty. It calls the function when the server asks.
    const own = this as unknown as { password: unknown };
    if (config.passwordSource !== undefined) own.password = config.passwordSource;
    else if (own.password === null) own.password = passFilePassword;
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void;
  override connect(callback?: unknown): unknown {
    const opened = this.open();
    if (typeof callback !== 'function') return opened;
    const tell = callback as (error: unknown, client?: pg.Client) => void;
    return void opened.then(
      () => tell(null, this),
      (error: unknown) => tell(error),
    );
  }

  private async open(): Promise<pg.Client> {
    if (this.problem !== undefined) throw this.problem;
    // Whoever will use the connection listens to it afterwards; an error event without a listener ends the process.
    this.on('error', ignore);
    try {
      await super.connect();
      await this.prepare();
      return this;
    } catch (error) {
      this.end(() => undefined);
      throw error;
    } finally {
      this.off('error', ignore);
    }
  }

  private async prepare(): Promise<void> {
    if (this.setUp === '') return;
    const knows = this.known?.isKnown === true;
    const text = knows ? `${this.setUp}\n${LOG_IDENTITY}` : this.setUp;
    const query = { text, query_timeout: SET_UP_WITHIN_MS };
    try {
      // Of several statements the driver gives several results.
      const results = (await this.query(query)) as unknown as pg.QueryResult<{ epoch: string }>[];
      if (knows) this.known?.compare(results.at(-1)?.rows[0]?.epoch);
    } catch (error) {
      if (knows && isMissingTable(error)) throw new AnotherLogError(error);
      throw error;
    }
  }
}

function isMissingTable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '42P01';
}

function ignore(): void {
  // The statement that fails reports it.
}

/** A file that was there at the start may be gone when a later connection is made. */
function tlsFileProblem(connectionString: string | undefined): Error | undefined {
  if (connectionString === undefined || !connectionString.includes('ssl')) return undefined;
  const parameters = new URLSearchParams(connectionString.split('?').slice(1).join('?'));
  for (const name of TLS_FILES) {
    const path = parameters.get(name);
    if (path === null || path === '') continue;
    try {
      readFileSync(path);
    } catch (error) {
      return new TlsFileError(name, error);
    }
  }
  return undefined;
}

/** Away like a server that cannot be reached: the file may come back, and the next connection reads it again. */
export class TlsFileError extends Error {
  readonly code = 'ENOENT';

  constructor(
    readonly parameter: string,
    cause: unknown,
  ) {
    super(`the file of the parameter ${parameter} in DATABASE_URL cannot be read`, { cause });
  }
}
