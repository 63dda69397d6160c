import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { codeOf, PostgresLaunchError, reasonOf, type LaunchLog } from '../contract.js';

const POLL_MS = 15;
/** How long a server may give no answer at all. */
const SILENCE_MS = 30_000;
/** How long it may say that it is starting: after a crash it first replays its log, up to `max_wal_size`. */
const RECOVERY_MS = 600_000;
const REPORT_EVERY_MS = 10_000;

/** SQLSTATE codes: invalid_password; cannot_connect_now and admin_shutdown, of a server that starts, recovers or stops. */
const INVALID_PASSWORD = '28P01';
const NOT_NOW = ['57P03', '57P01'];

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

export interface AwaitedServer {
  /** Where to connect; undefined while that is not known yet. */
  login(): Promise<Login | undefined>;
  hasEnded(): Promise<boolean>;
  /** What the error says about the server when it never opens. */
  describe(): Promise<string>;
}

export interface OpenDatabase {
  readonly client: Client;
  readonly login: Login;
}

/**
 * Ready means that a login to the database succeeds, nothing less.
 *
 * @returns undefined when the server ended
 * @throws PostgresLaunchError `server-not-started` or `password-rejected`
 */
export async function waitUntilOpen(
  server: AwaitedServer,
  log: LaunchLog,
): Promise<OpenDatabase | undefined> {
  const begun = Date.now();
  let silentSince = begun;
  let reportedAt = begun;
  let reason = 'no answer';
  while (!(await server.hasEnded())) {
    const login = await server.login();
    const answer = login === undefined ? undefined : await connect(login);
    if (login !== undefined && answer instanceof Client) return { client: answer, login };

    const now = Date.now();
    const code = codeOf(answer);
    if (code === INVALID_PASSWORD) {
      throw new PostgresLaunchError(
        'password-rejected',
        `Postgres refuses the password kept in the data directory. ${await server.describe()} ` +
          `Restore the file postgres/password that belongs to this database.`,
      );
    }
    if (answer !== undefined) reason = reasonOf(answer);
    if (code !== undefined && NOT_NOW.includes(code)) {
      silentSince = now;
      if (now - reportedAt >= REPORT_EVERY_MS) {
        log('info', 'waiting for Postgres', { answer: reason, waitedMs: now - begun });
        reportedAt = now;
      }
    }
    if (now - silentSince > SILENCE_MS || now - begun > RECOVERY_MS) {
      throw new PostgresLaunchError(
        'server-not-started',
        `Postgres did not become ready within ${Math.round((now - begun) / 1000)} s (${reason}). ` +
          (await server.describe()),
      );
    }
    await delay(POLL_MS);
  }
  return undefined;
}

/**
 * Logs in to the database `postgres`, not `chargelog`: the connection stays for as long as the gateway runs, and would
 * be in the way of restoring `chargelog` or using it as a template.
 *
 * @returns the open connection, or the error
 */
async function connect(login: Login): Promise<unknown> {
  const client = new Client({
    ...login,
    database: 'postgres',
    user: 'chargelog',
    // Given here so that PGSSLMODE and PGOPTIONS of the environment have no effect.
    ssl: false,
    options: '-c idle_session_timeout=0 -c statement_timeout=0',
    application_name: 'chargelog-launcher',
    connectionTimeoutMillis: 5_000,
  });
  // A connection that breaks while nobody waits for it must not end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    return error;
  }
}

/** Creates the database `chargelog` on the first start. Called by the holder of the lock alone. */
export async function ensureDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'chargelog'`);
  if (rowCount === 0) await client.query('CREATE DATABASE chargelog');
}
