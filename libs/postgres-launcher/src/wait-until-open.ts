import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase, type Client, type Login } from './open-database.js';
import { PostgresLaunchError } from './postgres-launch-error.js';
import type { LaunchLog } from './types.js';

const POLL_MS = 15;
/** How long a server may give no answer at all. */
const SILENCE_MS = 30_000;
/** How long it may say that it is starting: after a crash it first replays its log, up to `max_wal_size`. */
const RECOVERY_MS = 600_000;
const TELL_EVERY_MS = 10_000;

export interface AwaitedServer {
  /** Where to connect; undefined while that is not known yet. */
  login(): Promise<Login | undefined>;
  hasEnded(): Promise<boolean>;
  /** What to tell when it never opens. */
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
  let toldAt = begun;
  let reason = 'no answer';
  for (;;) {
    if (await server.hasEnded()) return undefined;
    const login = await server.login();
    const result = login === undefined ? undefined : await openDatabase(login);
    if (login !== undefined && result?.outcome === 'open') return { client: result.client, login };

    const now = Date.now();
    if (result?.outcome === 'password-rejected') {
      throw new PostgresLaunchError(
        'password-rejected',
        `Postgres refuses the password kept in the data directory. ${await server.describe()} ` +
          `Restore the file postgres/password that belongs to this database.`,
      );
    }
    if (result !== undefined && 'reason' in result) reason = result.reason;
    if (result?.outcome === 'busy') {
      silentSince = now;
      if (now - toldAt >= TELL_EVERY_MS) {
        log('info', 'waiting for Postgres', { answer: reason, waitedMs: now - begun });
        toldAt = now;
      }
    }
    if (now - silentSince > SILENCE_MS || now - begun > RECOVERY_MS) {
      const description = await server.describe();
      throw new PostgresLaunchError(
        'server-not-started',
        `Postgres did not become ready within ${Math.round((now - begun) / 1000)} s (${reason}). ${description}`,
      );
    }
    await delay(POLL_MS);
  }
}
