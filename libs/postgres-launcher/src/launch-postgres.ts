import { bringUp, type Reached } from './bring-up.js';
import { openLayout, readPassword, type DataLayout } from './data-layout.js';
import { DirectoryLock, takeLock } from './directory-lock.js';
import { KeptServer } from './kept-server.js';
import { ensureDatabase, type Client } from './open-database.js';
import { codeOf, PostgresLaunchError, reasonOf } from './postgres-launch-error.js';
import { checkSettings } from './server-settings.js';
import { stopServer } from './stop-server.js';
import type { LaunchInternals, LaunchLog, LaunchOptions, RunningPostgres } from './types.js';

/**
 * Runs a private Postgres below the data directory: made on the first start, found again on the next, taken over when it
 * outlived a gateway that was killed. It listens on a unix socket only, behind a password.
 *
 * A server that ends by itself is started again.
 *
 * One gateway at a time: a second one on the same data directory gets `data-directory-in-use`.
 *
 * @throws PostgresLaunchError with a text for the operator
 */
export async function launchPostgres(options: LaunchOptions): Promise<RunningPostgres> {
  return launchPostgresWith(options, {});
}

/** As {@link launchPostgres}, with the choices that tests make. */
export async function launchPostgresWith(
  options: LaunchOptions,
  internals: LaunchInternals,
): Promise<RunningPostgres> {
  if (process.platform === 'win32') {
    throw new PostgresLaunchError(
      'platform-not-supported',
      'the embedded Postgres does not run on Windows. Set DATABASE_URL, or use the container image.',
    );
  }
  checkSettings(options.settings ?? {}, options.log);
  const layout = await openLayout(options.dataDir);
  try {
    const password = await readPassword(layout);
    const reached = await bringUp({ layout, options, internals, password });
    try {
      return await claim({ reached, password, layout, options, internals });
    } catch (error) {
      if (codeOf(error) !== 'data-directory-in-use') await abandon(reached, options.log);
      throw error;
    }
  } catch (error) {
    // Whatever the file system refuses below the data directory is for the operator to mend.
    if (error instanceof PostgresLaunchError || !/^E[A-Z]+$/.test(codeOf(error) ?? '')) throw error;
    throw new PostgresLaunchError(
      'data-directory-unusable',
      `the database in ${layout.home} cannot be used: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

interface Claim {
  readonly reached: Reached;
  readonly password: string;
  readonly layout: DataLayout;
  readonly options: LaunchOptions;
  readonly internals: LaunchInternals;
}

async function claim({ reached, password, layout, options, internals }: Claim): Promise<RunningPostgres> {
  const { log } = options;
  const { client, login, cluster, postmaster, process: server } = reached;
  if (!(await takeLock(client))) {
    // Even a server that we started stays: the gateway that holds the lock works with it.
    await client.end();
    throw new PostgresLaunchError(
      'data-directory-in-use',
      `another gateway works on the data directory ${options.dataDir} (its Postgres is process ${postmaster.pid}). ` +
        `Stop that one first, or give this one its own data directory.`,
    );
  }
  await ensureDatabase(client);
  const version = await versionOf(client);
  const lock = new DirectoryLock(client, login, log);

  const { pid, binDir = '' } = postmaster;
  const adopted = server?.pid !== pid;
  const kept = new KeptServer(reached, { layout, options, internals, password });
  let stopped: Promise<void> | undefined;
  log('info', adopted ? 'took over a running Postgres' : 'Postgres is running', {
    pid,
    version,
    binDir,
    cluster,
  });

  const stop = async (): Promise<void> => {
    // The lock is kept until the server is gone, so that no other gateway takes over what is being stopped.
    lock.expectEnd();
    const last = await kept.letGo();
    await stopServer(last.pid, last.cluster, log, internals.fastShutdownMs);
    await lock.release();
    log('info', 'Postgres is stopped', { pid: last.pid, log: layout.serverLog });
  };
  return {
    connection: { host: login.host, port: login.port, user: 'chargelog', password, database: 'chargelog' },
    version,
    binDir,
    cluster,
    adopted,
    get pid() {
      return kept.pid;
    },
    stop: () => (stopped ??= stop()),
  };
}

/** What we started ourselves does not stay behind when the launch fails after all. */
async function abandon(
  { client, cluster, postmaster, process: server }: Reached,
  log: LaunchLog,
): Promise<void> {
  if (server?.pid === postmaster.pid) await stopServer(postmaster.pid, cluster, log).catch(() => undefined);
  await client.end().catch(() => undefined);
}

async function versionOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  return rows[0]?.server_version ?? 'unknown';
}
