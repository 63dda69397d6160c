import { openLayout, readPassword } from './cluster/data-layout.js';
import { checkSettings } from './cluster/server-settings.js';
import {
  codeOf,
  PostgresLaunchError,
  reasonOf,
  type LaunchInternals,
  type LaunchOptions,
  type RunningPostgres,
} from './contract.js';
import { bringUp, type Reached } from './process/bring-up.js';
import type { Launch } from './process/choose-host.js';
import { ensureDatabase } from './process/connect.js';
import { HeldServer, takeLock } from './process/held-server.js';
import { stopServer } from './process/stop-server.js';

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
    const launch: Launch = { layout, options, internals, password: await readPassword(layout) };
    const reached = await bringUp(launch);
    const version = await claim(reached, launch);
    return running(reached, version, launch);
  } catch (error) {
    // Whatever the file system refuses below the data directory is for the operator to fix.
    if (error instanceof PostgresLaunchError || !/^E[A-Z]+$/.test(codeOf(error) ?? '')) throw error;
    throw new PostgresLaunchError(
      'data-directory-unusable',
      `the database in ${layout.home} cannot be used: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/**
 * Takes the lock of the data directory and makes sure of the database.
 *
 * @returns the version of the server
 * @throws PostgresLaunchError `data-directory-in-use`
 */
async function claim(reached: Reached, { options, internals }: Launch): Promise<string> {
  const { client, postmaster, cluster } = reached;
  try {
    if (await takeLock(client, internals.lockPatienceMs)) {
      await ensureDatabase(client);
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      return rows[0]?.server_version ?? 'unknown';
    }
  } catch (error) {
    // What we started ourselves does not stay behind when the launch fails after all.
    if (reached.process !== undefined) {
      await stopServer(postmaster.pid, cluster, options.log).catch(() => undefined);
    }
    await client.end().catch(() => undefined);
    throw error;
  }
  // Even a server that we started stays: the gateway that holds the lock works with it.
  await client.end();
  throw new PostgresLaunchError(
    'data-directory-in-use',
    `another gateway works on the data directory ${options.dataDir} (its Postgres is process ${postmaster.pid}). ` +
      `Stop that one first, or give this one its own data directory.`,
  );
}

function running(reached: Reached, version: string, launch: Launch): RunningPostgres {
  const { layout, options, internals, password } = launch;
  const { cluster, login, postmaster } = reached;
  const { pid, binDir = '' } = postmaster;
  const adopted = reached.process === undefined;
  const held = new HeldServer(reached, launch);
  const message = adopted ? 'took over a running Postgres' : 'Postgres is running';
  options.log('info', message, { pid, version, binDir, cluster });

  const stop = async (): Promise<void> => {
    const last = await held.letGo();
    await stopServer(last.postmaster.pid, last.cluster, options.log, internals.fastShutdownMs);
    // Ended after the server, so that no other gateway takes over what is being stopped.
    await last.client.end().catch(() => undefined);
    options.log('info', 'Postgres is stopped', { pid: last.postmaster.pid, log: layout.serverLog });
  };
  let stopped: Promise<void> | undefined;
  return {
    connection: { host: login.host, port: login.port, user: 'chargelog', password, database: 'chargelog' },
    version,
    binDir,
    cluster,
    adopted,
    get pid() {
      return held.pid;
    },
    stop: () => (stopped ??= stop()),
  };
}
