import { spawn, type SpawnOptions } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';

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
  { readonly kind: 'self' } | { readonly kind: 'user-namespace'; readonly uid: number } | OsUser;

export interface OsUser {
  readonly kind: 'os-user';
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

export function commandAs(runAs: RunAs, file: string, args: readonly string[]): Command {
  if (runAs.kind === 'self') return { file, args };
  if (runAs.kind === 'os-user') return { file, args, uid: runAs.uid, gid: runAs.gid };
  return { file: 'unshare', args: ['--user', `--map-user=${runAs.uid}`, '--', file, ...args] };
}

/** The owner that files of the cluster must have; undefined where the system knows no user ids. */
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
export async function unprivilegedAccounts(): Promise<readonly OsUser[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const accounts = text.split('\n').map((line) => line.split(':'));
  return ['postgres', 'nobody'].flatMap((name): OsUser[] => {
    const [, , uid, gid] = accounts.find(([account]) => account === name) ?? [];
    if (uid === undefined || gid === undefined || Number(uid) === 0) return [];
    return [{ kind: 'os-user', uid: Number(uid), gid: Number(gid), name }];
  });
}

export function canEnter(runAs: RunAs, directory: string): Promise<boolean> {
  return succeeds(runAs, '/bin/sh', ['-c', 'cd "$1"', 'sh', directory]);
}

export function canWriteTo(runAs: RunAs, directory: string): Promise<boolean> {
  return succeeds(runAs, '/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', directory]);
}

export function canRunPostgres(runAs: RunAs, binDir: string): Promise<boolean> {
  return succeeds(runAs, `${binDir}/postgres`, ['--version']);
}

async function succeeds(runAs: RunAs, file: string, args: readonly string[]): Promise<boolean> {
  return (await runCommand(commandAs(runAs, file, args))).exitCode === 0;
}

/**
 * How Postgres and its tools are started. The gateway's environment holds secrets (API tokens, database URLs), and a
 * stray PGDATA or PGOPTIONS would change what the tools do, so only a few variables are passed on. `C` keeps the output
 * in English, which is what we look into.
 */
export function spawnOptions({ uid, gid }: Command): SpawnOptions {
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C', LANG: 'C' };
  for (const name of ['PATH', 'HOME', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'] as const) {
    if (process.env[name] !== undefined) env[name] = process.env[name];
  }
  // Our own working folder may be closed to the user the program runs as.
  return { cwd: '/', env, ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
}

export interface CommandResult {
  /** Undefined when the program was ended by a signal or could not be started at all. */
  readonly exitCode: number | undefined;
  /** Both output streams, in the order they came; only the last 64 KiB. */
  readonly output: string;
}

const OUTPUT_LIMIT = 64 * 1024;
const TAIL_LINES = 20;

/** Runs a program to its end. Never throws: a program that cannot be started has no exit code and its error as output. */
export function runCommand(command: Command, timeout = 30_000): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command.file, command.args, {
      ...spawnOptions(command),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ exitCode: undefined, output: error.message }));
    child.once('close', (code) => resolve({ exitCode: code ?? undefined, output }));
  });
}

export function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
