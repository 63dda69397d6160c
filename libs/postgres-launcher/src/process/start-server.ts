import { spawn } from 'node:child_process';
import { open, rename, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { defaultSettings, settingArguments } from '../cluster/server-settings.js';
import { makeSocketDirectory, SOCKET_PORT } from '../cluster/socket-directory.js';
import type { Host, Launch } from './choose-host.js';
import type { Login } from './connect.js';
import { commandAs, lastLines, runCommand, spawnOptions, type Command } from './run-as.js';

/** The log is set aside at a start only, while no server writes to it. One old file is kept. */
const ROTATE_ABOVE = 10 * 1024 * 1024;

/** A server that we started, from the moment of its start. */
export interface ServerProcess {
  readonly pid: number | undefined;
  readonly login: Login;
  /** Resolves when the process has ended or could not be started. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** The end of what it wrote to the log, or why it could not be started. */
  tail(): Promise<string>;
}

/**
 * Starts `postgres` in a session of its own: Ctrl-C in the terminal reaches the gateway alone, which still needs the
 * database to store what it holds. The process does not keep ours alive.
 */
export async function startServer(host: Host, { layout, options, password }: Launch): Promise<ServerProcess> {
  const { serverLog } = layout;
  const socketDirectory = await makeSocketDirectory(host.place, host.runAs);
  const defaults = defaultSettings(memoryLimit(), (await supportsLz4(host)) ? 'lz4' : 'on');
  const settings = settingArguments(defaults, options.settings ?? {}, socketDirectory, SOCKET_PORT);

  if ((await sizeOf(serverLog)) > ROTATE_ABOVE) await rename(serverLog, `${serverLog}.1`);
  const logStart = await sizeOf(serverLog);
  const log = await open(serverLog, 'a', 0o600);
  let ended = false;
  let startError = '';
  try {
    const command = postgresCommand(host, settings);
    const child = spawn(command.file, command.args, {
      ...spawnOptions(command),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
    const whenEnded = new Promise<void>((resolve) => {
      const end = (error?: Error): void => {
        ended = true;
        startError = error?.message ?? '';
        resolve();
      };
      child.once('error', end);
      child.once('exit', () => end());
    });
    return {
      pid: child.pid,
      login: { host: socketDirectory, port: SOCKET_PORT, password },
      ended: whenEnded,
      hasEnded: () => ended,
      tail: async () => startError || tailOf(serverLog, logStart),
    };
  } finally {
    await log.close();
  }
}

function postgresCommand({ runAs, place, binaries }: Host, args: readonly string[]): Command {
  return commandAs(runAs, join(binaries.binDir, 'postgres'), ['-D', place.cluster, ...args]);
}

/** `-C` prints one setting and ends with an error when its value is not supported. */
async function supportsLz4(host: Host): Promise<boolean> {
  const question = postgresCommand(host, ['-C', 'wal_compression', '-c', 'wal_compression=lz4']);
  return (await runCommand(question, 10_000)).exitCode === 0;
}

/** Inside a container the limit of its control group counts, not the memory of the machine. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The last lines written at or after a position in bytes. */
async function tailOf(path: string, from: number): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - 16 * 1024);
    if (size <= start) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return lastLines(buffer.subarray(0, bytesRead).toString('utf8'));
  } finally {
    await file.close();
  }
}
