import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { runCommand, type Command } from './run-command.js';

/**
 * Who Postgres runs as. It refuses to run as root, and initdb also refuses a user id without a name (containers started
 * with an arbitrary user id).
 *
 * - `self`: as we are.
 * - `user-namespace`: inside a user namespace where our user id is shown as `uid`. The kernel still knows us by our
 *   own id, so every file stays ours and closed parent folders are no obstacle. (Root's power to ignore permissions is
 *   lost in there, which is why it is tried on the real folder first.)
 * - `os-user`: as another user of the system, who must own the cluster and be able to reach it.
 */
export type RunAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'user-namespace'; readonly uid: number }
  | { readonly kind: 'os-user'; readonly uid: number; readonly gid: number; readonly name: string };

export function commandAs(runAs: RunAs, file: string, args: readonly string[]): Command {
  if (runAs.kind === 'self') return { file, args };
  if (runAs.kind === 'os-user') return { file, args, uid: runAs.uid, gid: runAs.gid };
  return { file: 'unshare', args: ['--user', `--map-user=${runAs.uid}`, '--', file, ...args] };
}

/** The owner that files of the cluster must have; undefined: whoever creates them, which is us. */
export function ownerFor(runAs: RunAs): { readonly uid: number; readonly gid: number } | undefined {
  if (runAs.kind === 'os-user') return { uid: runAs.uid, gid: runAs.gid };
  if (process.getuid === undefined || process.getgid === undefined) return undefined;
  return { uid: process.getuid(), gid: process.getgid() };
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** False for a user id without an entry in the user database. */
export function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

/** The users we may become, best first: `postgres`, then `nobody`. */
export async function unprivilegedAccounts(): Promise<readonly (RunAs & { kind: 'os-user' })[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const accounts = text.split('\n').map((line) => line.split(':'));
  return ['postgres', 'nobody'].flatMap((name) => {
    const [, , uid, gid] = accounts.find(([account]) => account === name) ?? [];
    if (uid === undefined || gid === undefined || Number(uid) === 0) return [];
    return [{ kind: 'os-user' as const, uid: Number(uid), gid: Number(gid), name }];
  });
}

/** Can we act as this user at all? Without CAP_SETUID even root cannot. */
export async function canBecome(runAs: RunAs): Promise<boolean> {
  return (await runCommand(commandAs(runAs, '/bin/sh', ['-c', ':']))).exitCode === 0;
}

export async function canEnter(runAs: RunAs, directory: string): Promise<boolean> {
  const script = 'cd "$1"';
  return (await runCommand(commandAs(runAs, '/bin/sh', ['-c', script, 'sh', directory]))).exitCode === 0;
}

export async function canWriteTo(runAs: RunAs, directory: string): Promise<boolean> {
  const script = 'cd "$1" && test -w .';
  return (await runCommand(commandAs(runAs, '/bin/sh', ['-c', script, 'sh', directory]))).exitCode === 0;
}

export async function canRunPostgres(runAs: RunAs, binDir: string): Promise<boolean> {
  return (await runCommand(commandAs(runAs, `${binDir}/postgres`, ['--version']))).exitCode === 0;
}
