import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseHost, type Host } from './choose-host.js';
import { currentPlace, majorOf, markFilled, type DataLayout, type Place } from './data-layout.js';
import { findBinaries } from './find-binaries.js';
import { PostgresLaunchError } from './postgres-launch-error.js';
import { isAlive, readPidFile, removeStalePidFile, type PidFile, type Postmaster } from './postmaster-pid.js';
import { prepareCluster } from './prepare-cluster.js';
import { commandAs } from './run-as.js';
import { runCommand } from './run-command.js';
import { defaultSettings, settingArguments, type Settings } from './server-settings.js';
import {
  isListening,
  makeSocketDirectory,
  SOCKET_PORT,
  socketDirectoryFor,
  socketFile,
} from './socket-directory.js';
import { startServer, type ServerProcess } from './start-server.js';
import type { LaunchInternals, LaunchLog, LaunchOptions } from './types.js';
import { waitUntilOpen, type OpenDatabase } from './wait-until-open.js';

/** What `postgres` says when another one is just starting, or when children of a killed one have not ended yet. */
const PASSING_OBSTACLE =
  /shared memory block .* is still in use|lock file ".*" already exists|lock file ".*" is empty/;
const PASSING_MS = 30_000;
const UNSEEN_MS = 3_000;

export interface Attempt {
  readonly layout: DataLayout;
  readonly options: LaunchOptions;
  readonly internals: LaunchInternals;
  readonly password: string;
}

export interface Reached extends OpenDatabase {
  readonly cluster: string;
  readonly postmaster: Postmaster;
  /** Undefined when the server was running already. */
  readonly process: ServerProcess | undefined;
}

/** Comes to an open connection: to the server that runs on this data directory already, else to a new one. */
export async function bringUp(attempt: Attempt): Promise<Reached> {
  const { layout, options } = attempt;
  const begun = Date.now();
  let unseenSince: number | undefined;
  for (;;) {
    const place = await currentPlace(layout);
    const found = await readPidFile(place.cluster);
    let reached: Reached | 'again';
    if (found.state === 'running') reached = await adopt(attempt, place, found.postmaster);
    else if (found.state === 'unreadable' && found.ageMs < 2_000) reached = 'again';
    else if (await answersUnseen(place)) {
      // A server in another container is invisible here and its process id means nothing, but its socket in the shared
      // folder answers. A second server on the same files would destroy them, and Postgres itself cannot notice. The
      // children of a server that was just killed answer too, for a moment.
      unseenSince ??= Date.now();
      if (Date.now() - unseenSince > UNSEEN_MS) throw unseenServer(place);
      reached = 'again';
    } else {
      await clearStale(place, found, options.log);
      reached = await startNew(attempt, place, Date.now() - begun < PASSING_MS);
    }
    if (reached !== 'again') return reached;
    await delay(50);
  }
}

async function adopt(
  { options, password }: Attempt,
  place: Place,
  first: Postmaster,
): Promise<Reached | 'again'> {
  let postmaster = first;
  const open = await waitUntilOpen(
    {
      // The port and the socket directory get into the file only while the server starts.
      login: async () => {
        const now = await readPidFile(place.cluster);
        if (now.state === 'running') postmaster = now.postmaster;
        const { socketDirectory: host, port } = postmaster;
        return host === undefined || port === undefined ? undefined : { host, port, password };
      },
      hasEnded: async () => !(await isAlive(postmaster.pid)),
      describe: async () =>
        `It was running already (process ${postmaster.pid}, ${place.cluster}); ` +
        `if nothing else uses it, end it with: kill -INT ${postmaster.pid}`,
    },
    options.log,
  );
  return open === undefined ? 'again' : { ...open, cluster: place.cluster, postmaster, process: undefined };
}

/** Does something answer on the socket of this place that is not the server named in its pid file? */
async function answersUnseen(place: Place): Promise<boolean> {
  return (
    (await isListening(socketFile(socketDirectoryFor(place)))) &&
    (await readPidFile(place.cluster)).state !== 'running'
  );
}

function unseenServer(place: Place): PostgresLaunchError {
  return new PostgresLaunchError(
    'data-directory-in-use',
    `a Postgres that cannot be seen from here answers in ${socketDirectoryFor(place)}: another container works on the ` +
      `same data directory. Stop that one first, or give each gateway its own data directory.`,
  );
}

async function clearStale(place: Place, found: PidFile, log: LaunchLog): Promise<void> {
  if (found.state !== 'reused' && found.state !== 'unreadable') return;
  log('info', 'removing a stale postmaster.pid', {
    because: found.state === 'reused' ? `process ${found.pid} is another program now` : 'it names no process',
  });
  await removeStalePidFile(place.cluster, found.text);
}

async function startNew(attempt: Attempt, current: Place, patient: boolean): Promise<Reached | 'again'> {
  const { layout, options, internals, password } = attempt;
  const found = await findBinaries({
    explicit: options.binDir ?? (process.env['PG_BIN_DIR'] || undefined),
    dataMajor: await majorOf(current),
    copyTo: join(current.directory, 'binaries'),
    places: internals.searchPlaces,
  });
  const host = await chooseHost(layout, current, found, options.log, internals);
  const { place } = host;
  await prepareCluster(host, password, layout.serverLog);
  await markFilled(layout, place);

  const socketDirectory = await makeSocketDirectory(place, host.runAs);
  const settings = settingArguments(
    await defaultsFor(host),
    options.settings ?? {},
    socketDirectory,
    SOCKET_PORT,
  );
  const server = await startServer(host, settings, layout.serverLog);
  const login = { host: socketDirectory, port: SOCKET_PORT, password };
  try {
    const open = await waitUntilOpen(
      {
        login: async () => login,
        hasEnded: async () => server.hasEnded(),
        describe: async () => `The end of ${layout.serverLog}:\n${await server.tail()}`,
      },
      options.log,
    );
    const now = await readPidFile(place.cluster);
    // With two starts at once the login may have reached the server of the other one, or ours has lost to it.
    if (open !== undefined && now.state === 'running') {
      return { ...open, cluster: place.cluster, postmaster: now.postmaster, process: server };
    }
    await open?.client.end().catch(() => undefined);
    if (open !== undefined || now.state === 'running') return 'again';
  } catch (error) {
    await endUnfinished(server);
    throw error;
  }
  const tail = await server.tail();
  if (patient && PASSING_OBSTACLE.test(tail)) return 'again';
  throw new PostgresLaunchError(
    'server-not-started',
    `Postgres ended while it was starting. The end of ${layout.serverLog}:\n${tail}`,
  );
}

async function endUnfinished(server: ServerProcess): Promise<void> {
  if (server.pid === undefined || server.hasEnded()) return;
  process.kill(server.pid, 'SIGQUIT');
  await Promise.race([server.ended, delay(5_000, undefined, { ref: false })]);
}

async function defaultsFor({ runAs, place, binaries }: Host): Promise<Settings> {
  // `-C` prints one setting and ends with an error when its value is not supported.
  const args = ['-C', 'wal_compression', '-D', place.cluster, '-c', 'wal_compression=lz4'];
  const { exitCode } = await runCommand(commandAs(runAs, join(binaries.binDir, 'postgres'), args), 10_000);
  // Inside a container the limit of its control group counts, not the memory of the machine.
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return defaultSettings(memory, exitCode === 0 ? 'lz4' : 'on');
}
