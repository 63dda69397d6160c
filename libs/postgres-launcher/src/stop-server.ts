import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, PostgresLaunchError } from './postgres-launch-error.js';
import { hasEnded, isPostmasterOf } from './postmaster-pid.js';
import type { LaunchLog } from './types.js';

const POLL_MS = 20;
const FAST_SHUTDOWN_MS = 10_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/**
 * Fast shutdown (SIGINT: open transactions are rolled back, a checkpoint is written), then an immediate one (SIGQUIT:
 * no checkpoint, the next start recovers from the log). Each signal goes out only while the process is the postmaster
 * of this cluster. SIGKILL is never sent: it would leave the server's children behind.
 *
 * @throws PostgresLaunchError `server-not-stopped`
 */
export async function stopServer(
  pid: number,
  cluster: string,
  log: LaunchLog,
  fastShutdownMs = FAST_SHUTDOWN_MS,
): Promise<void> {
  if (await endsAfter('SIGINT', pid, cluster, fastShutdownMs)) return;
  log(
    'warn',
    'Postgres did not stop in time and is stopped without a checkpoint; its next start takes longer',
    {
      pid,
      waitedMs: fastShutdownMs,
    },
  );
  if (await endsAfter('SIGQUIT', pid, cluster, IMMEDIATE_SHUTDOWN_MS)) return;
  throw new PostgresLaunchError(
    'server-not-stopped',
    `Postgres (process ${pid}) of ${cluster} did not stop. The data is safe. ` +
      `See its log, and end it with: kill -QUIT ${pid}`,
  );
}

async function endsAfter(
  signal: NodeJS.Signals,
  pid: number,
  cluster: string,
  waitMs: number,
): Promise<boolean> {
  if (!(await isPostmasterOf(pid, cluster))) return true;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return true;
    throw new PostgresLaunchError(
      'server-not-stopped',
      `Postgres (process ${pid}) may not be stopped by this user.`,
      {
        cause: error,
      },
    );
  }
  for (const until = Date.now() + waitMs; Date.now() < until;) {
    if (await hasEnded(pid, cluster)) return true;
    await delay(POLL_MS);
  }
  return false;
}
