import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinaries } from '../binaries/find-binaries.js';
import { currentPlace, majorOf, markFilled, type Place } from '../cluster/data-layout.js';
import { prepareCluster } from '../cluster/initdb.js';
import { isListening, socketDirectoryFor, socketFile } from '../cluster/socket-directory.js';
import { PostgresLaunchError } from '../contract.js';
import { chooseHost, type Launch } from './choose-host.js';
import { waitUntilOpen, type OpenDatabase } from './connect.js';
import { isAlive, readPidFile, removeStalePidFile, type Postmaster } from './postmaster-pid.js';
import { startServer, type ServerProcess } from './start-server.js';

/** What `postgres` says when another one is just starting, or when children of a killed one have not ended yet. */
const PASSING_OBSTACLE =
  /shared memory block .* is still in use|lock file ".*" already exists|lock file ".*" is empty/;
const PASSING_MS = 30_000;
const UNSEEN_MS = 3_000;
const RETRY_MS = 50;

/** A running server with an open connection to it. */
export interface Reached extends OpenDatabase {
  readonly cluster: string;
  readonly postmaster: Postmaster;
  /** Undefined when the server was running already. */
  readonly process: ServerProcess | undefined;
}

/**
 * Connects to the server that runs on this data directory already, else to a new one.
 *
 * @param beforeStart called when no server runs and one is about to be started
 */
export async function bringUp(launch: Launch, beforeStart?: () => Promise<void>): Promise<Reached> {
  const { layout, options, internals } = launch;
  const begun = Date.now();
  let unseenSince: number | undefined;
  for (;;) {
    const place = await currentPlace(layout);
    const found = await readPidFile(place.cluster);
    let reached: Reached | undefined;
    if (found.state === 'running') {
      reached = await adopt(launch, place, found.postmaster);
    } else if (found.state === 'being-written') {
      // Another start is under way.
    } else if (await isListening(socketFile(socketDirectoryFor(place)))) {
      // A server in another container is invisible here and its process id means nothing, but its socket in the shared
      // folder answers. A second server on the same files would destroy them, and Postgres itself cannot notice. The
      // children of a server that was just killed answer too, for a moment.
      unseenSince ??= Date.now();
      if (Date.now() - unseenSince > (internals.unseenPatienceMs ?? UNSEEN_MS)) throw unseenServer(place);
    } else {
      if (found.state === 'stale') {
        options.log('info', 'removing a stale postmaster.pid', { because: found.because });
        await removeStalePidFile(place.cluster, found.text);
      }
      await beforeStart?.();
      reached = await start(launch, place, Date.now() - begun < PASSING_MS);
    }
    if (reached !== undefined) return reached;
    await delay(RETRY_MS);
  }
}

/** @returns undefined when it ended meanwhile */
async function adopt(launch: Launch, { cluster }: Place, first: Postmaster): Promise<Reached | undefined> {
  let postmaster = first;
  const open = await waitUntilOpen(
    {
      // The port and the socket directory get into the file only while the server starts.
      login: async () => {
        const now = await readPidFile(cluster);
        if (now.state === 'running') postmaster = now.postmaster;
        const { socketDirectory: host, port } = postmaster;
        return host === undefined || port === undefined
          ? undefined
          : { host, port, password: launch.password };
      },
      hasEnded: async () => !(await isAlive(postmaster.pid)),
      describe: async () =>
        `It was running already (process ${postmaster.pid}, ${cluster}); ` +
        `if nothing else uses it, end it with: kill -INT ${postmaster.pid}`,
    },
    launch.options.log,
  );
  return open === undefined ? undefined : { ...open, cluster, postmaster, process: undefined };
}

function unseenServer(place: Place): PostgresLaunchError {
  return new PostgresLaunchError(
    'data-directory-in-use',
    `a Postgres that cannot be seen from here answers in ${socketDirectoryFor(place)}: another container works on the ` +
      `same data directory. Stop that one first, or give each gateway its own data directory.`,
  );
}

/**
 * @param patient whether an obstacle that passes by itself is waited for
 * @returns undefined when the attempt has to be repeated
 */
async function start(launch: Launch, current: Place, patient: boolean): Promise<Reached | undefined> {
  const { layout, options, internals } = launch;
  const binaries = await findBinaries({
    explicit: options.binDir ?? (process.env['PG_BIN_DIR'] || undefined),
    dataMajor: await majorOf(current),
    copyTo: join(current.directory, 'binaries'),
    places: internals.searchPlaces,
  });
  const host = await chooseHost(launch, current, binaries);
  const { cluster } = host.place;
  await prepareCluster(host, launch);
  await markFilled(layout, host.place);

  const server = await startServer(host, launch);
  const open = await waitForOwn(server, launch);
  const now = await readPidFile(cluster);
  // Of two starts at once one server ends. The login may have reached the one that the other start made.
  if (open !== undefined && now.state === 'running') {
    const { postmaster } = now;
    return { ...open, cluster, postmaster, process: server.pid === postmaster.pid ? server : undefined };
  }
  await open?.client.end().catch(() => undefined);
  if (open !== undefined || now.state === 'running') return undefined;
  const tail = await server.tail();
  if (patient && PASSING_OBSTACLE.test(tail)) return undefined;
  throw new PostgresLaunchError(
    'server-not-started',
    `Postgres ended while it was starting. The end of ${layout.serverLog}:\n${tail}`,
  );
}

/** A server that did not become ready does not stay behind. */
async function waitForOwn(server: ServerProcess, launch: Launch): Promise<OpenDatabase | undefined> {
  try {
    return await waitUntilOpen(
      {
        login: async () => server.login,
        hasEnded: async () => server.hasEnded(),
        describe: async () => `The end of ${launch.layout.serverLog}:\n${await server.tail()}`,
      },
      launch.options.log,
    );
  } catch (error) {
    if (server.pid !== undefined && !server.hasEnded()) {
      process.kill(server.pid, 'SIGQUIT');
      await Promise.race([server.ended, delay(5_000, undefined, { ref: false })]);
    }
    throw error;
  }
}
