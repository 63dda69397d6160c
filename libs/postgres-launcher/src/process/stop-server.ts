import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, PostgresLaunchError, type LaunchLog } from '../contract.js';
import { hasEnded } from './postmaster-pid.js';

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
    { pid, waitedMs: fastShutdownMs },
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
  if (await hasEnded(pid, cluster)) return true;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return true;
    const problem = `Postgres (process ${pid}) may not be stopped by this user.`;
    throw new PostgresLaunchError('server-not-stopped', problem, { cause: error });
  }
  for (const until = Date.now() + waitMs; Date.now() < until; await delay(POLL_MS)) {
    if (await hasEnded(pid, cluster)) return true;
  }
  return false;
}
