import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from './choose-host.js';
import { commandAs } from './run-as.js';
import { toolEnvironment } from './run-command.js';
import { rotateServerLog, sizeOf, tailOf } from './server-log.js';

/** A server that we started, from the moment of its start. */
export interface ServerProcess {
  readonly pid: number | undefined;
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
export async function startServer(
  host: Host,
  settings: readonly string[],
  serverLog: string,
): Promise<ServerProcess> {
  await rotateServerLog(serverLog);
  const logStart = await sizeOf(serverLog);
  const log = await open(serverLog, 'a', 0o600);
  const command = commandAs(host.runAs, join(host.binaries.binDir, 'postgres'), [
    '-D',
    host.place.cluster,
    ...settings,
  ]);
  let ended = false;
  let startError = '';
  try {
    const child = spawn(command.file, command.args, {
      cwd: '/',
      detached: true,
      env: toolEnvironment(),
      stdio: ['ignore', log.fd, log.fd],
      ...(command.uid === undefined ? {} : { uid: command.uid }),
      ...(command.gid === undefined ? {} : { gid: command.gid }),
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
      ended: whenEnded,
      hasEnded: () => ended,
      tail: async () => startError || tailOf(serverLog, logStart),
    };
  } finally {
    await log.close();
  }
}
