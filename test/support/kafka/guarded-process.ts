import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface ProcessPlan {
  readonly command: string;
  readonly args: readonly string[];
  /** File that stdout and stderr are appended to. */
  readonly log: string;
  /** Folder to remove when the starting process died without stopping this one. */
  readonly dir: string;
  /** Further command that a SIGKILL needs: killing the client of a container does not kill the container. */
  readonly kill: readonly string[] | undefined;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Undefined while it runs. */
  readonly exited: boolean;
  /** Sends the signal and waits for the end, at most `timeoutMs`; false when it is still running then. */
  end(signal: 'SIGTERM' | 'SIGKILL', timeoutMs: number): Promise<boolean>;
}

/**
 * Runs a command under a guard: a small Node process that is the command's parent and holds a channel to us. When we
 * end in whatever way, SIGKILL included, the channel closes and the guard kills the command and removes its folder, so
 * no broker is ever left behind. Neither keeps this process alive.
 *
 * @throws when the command cannot be started.
 */
export async function startGuarded(plan: ProcessPlan): Promise<GuardedProcess> {
  const guard = spawn(process.execPath, ['-e', GUARD, JSON.stringify(plan)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = (await once(guard, 'message')) as [{ pid?: number; failed?: string }];
  if (message.pid === undefined) throw new Error(`${plan.command} could not be started: ${message.failed}`);
  guard.unref();
  guard.channel?.unref();
  return {
    pid: message.pid,
    get exited() {
      return hasExited(guard);
    },
    end: async (signal, timeoutMs) => {
      if (hasExited(guard)) return true;
      const exit = once(guard, 'exit').then(() => true);
      guard.ref();
      guard.send({ signal });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), timeoutMs)));
      const ended = await Promise.race([exit, late]);
      clearTimeout(timer);
      guard.unref();
      return ended;
    },
  };
}

function hasExited(guard: ChildProcess): boolean {
  return guard.exitCode !== null || guard.signalCode !== null;
}

// Plain CommonJS for `node -e`, so that it needs neither a build nor a loader. SIGINT is ignored because a terminal
// sends it to the whole group: the runner then decides, and its end closes the channel.
export const GUARD = `
const { spawn, spawnSync } = require('node:child_process');
const { openSync, rmSync } = require('node:fs');
const plan = JSON.parse(process.argv[1]);
const log = openSync(plan.log, 'a');
const child = spawn(plan.command, plan.args, { stdio: ['ignore', log, log] });
let orphaned = false;
const kill = () => {
  if (plan.kill) spawnSync(plan.kill[0], plan.kill.slice(1), { stdio: 'ignore' });
  child.kill('SIGKILL');
};
child.on('spawn', () => process.connected && process.send({ pid: child.pid }));
child.on('error', (error) => process.connected && process.send({ failed: error.message }, () => process.exit(1)));
child.on('exit', () => {
  if (orphaned) rmSync(plan.dir, { recursive: true, force: true });
  process.exit(0);
});
process.on('message', (message) => (message.signal === 'SIGKILL' ? kill() : child.kill(message.signal)));
process.on('disconnect', () => {
  orphaned = true;
  kill();
});
process.on('SIGINT', () => {});
`;
