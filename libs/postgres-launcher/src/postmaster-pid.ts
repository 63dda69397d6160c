import { execFile } from 'node:child_process';
import { link, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { readIfThere } from './exclusive-file.js';
import { codeOf } from './postgres-launch-error.js';

/** The part of `postmaster.pid` that matters here. Its later lines appear only while the server starts. */
export interface PostmasterPid {
  readonly pid: number;
  readonly port: number | undefined;
  readonly socketDirectory: string | undefined;
}

export interface Postmaster extends PostmasterPid {
  /** Folder of the program that runs, as far as it can be seen. */
  readonly binDir: string | undefined;
}

export type PidFile =
  | { readonly state: 'none' }
  /** The postmaster of this cluster, running. */
  | { readonly state: 'running'; readonly postmaster: Postmaster }
  /** Its process is gone. Postgres replaces the file itself. */
  | { readonly state: 'dead' }
  /** Its process id belongs to another program by now. Postgres would refuse to start. */
  | { readonly state: 'reused'; readonly pid: number; readonly text: string }
  /** No process id in it: being written at this moment, or left so by a full disk. */
  | { readonly state: 'unreadable'; readonly text: string; readonly ageMs: number };

/** Lines: pid, data directory, start time, port, socket directory, listen address, shared memory, status. */
export function parsePostmasterPid(text: string): PostmasterPid | undefined {
  const [pid, , , port, socketDirectory] = text.split('\n').map((line) => line.trim());
  // 0 and below name groups of processes to the system, ours for one.
  if (pid === undefined || !/^[1-9]\d*$/.test(pid)) return undefined;
  return {
    pid: Number(pid),
    port: port !== undefined && /^\d+$/.test(port) ? Number(port) : undefined,
    socketDirectory: socketDirectory === undefined || socketDirectory === '' ? undefined : socketDirectory,
  };
}

export async function readPidFile(cluster: string): Promise<PidFile> {
  const path = pidFile(cluster);
  const text = await readIfThere(path);
  if (text === undefined) return { state: 'none' };
  const parsed = parsePostmasterPid(text);
  if (parsed === undefined) {
    const written = await stat(path).catch(() => undefined);
    return { state: 'unreadable', text, ageMs: written === undefined ? 0 : Date.now() - written.mtimeMs };
  }
  if (!(await isAlive(parsed.pid))) return { state: 'dead' };
  const program = await postmasterProgram(parsed.pid, cluster);
  if (program === undefined) return { state: 'reused', pid: parsed.pid, text };
  return {
    state: 'running',
    postmaster: { ...parsed, binDir: isAbsolute(program) ? dirname(program) : undefined },
  };
}

/**
 * Removes a pid file that was found stale. It is moved aside first and looked at again, because a server started by
 * another gateway in this instant would shut down if it lost its file.
 */
export async function removeStalePidFile(cluster: string, staleText: string): Promise<void> {
  const aside = `${pidFile(cluster)}.stale-${process.pid}`;
  try {
    await rename(pidFile(cluster), aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== staleText)
    await link(aside, pidFile(cluster)).catch(() => undefined);
  await rm(aside, { force: true });
}

/** A zombie (ended, but nobody asked for its exit code) counts as dead. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  // "pid (name) S …": the name may hold anything, also parentheses.
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) [ZX] /s.test(status);
}

/** Is this process still the postmaster of this cluster? Asked before every signal. */
export async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  return (await isAlive(pid)) && (await postmasterProgram(pid, cluster)) !== undefined;
}

/** Has the postmaster of this cluster ended? In its very last moment a process is still there but has no command line. */
export async function hasEnded(pid: number, cluster: string): Promise<boolean> {
  if (await isPostmasterOf(pid, cluster)) return false;
  if (process.platform !== 'linux' || !(await isAlive(pid))) return true;
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'ended')) !== '';
}

/** The program file of a process that is the postmaster of this cluster; undefined when it is something else. */
async function postmasterProgram(pid: number, cluster: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return postmasterProgramByPs(pid, cluster);
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  // Alive, but /proc does not show it: taking it for the postmaster is the side on which nothing is destroyed.
  if (commandLine === undefined) return (await isAlive(pid)) ? 'postgres' : undefined;
  const [program = '', ...args] = commandLine.split('\0');
  // Backends rename themselves to "postgres: …", so only the postmaster matches.
  if (basename(program) !== 'postgres' && basename(program) !== 'postmaster') return undefined;
  // A postmaster works in its data directory. Without the right to see that, its arguments decide.
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  const isOurs = workingDirectory === undefined ? args.includes(cluster) : workingDirectory === cluster;
  if (!isOurs) return undefined;
  return isAbsolute(program) ? program : readlink(`/proc/${pid}/exe`).catch(() => program);
}

async function postmasterProgramByPs(pid: number, cluster: string): Promise<string | undefined> {
  const shown = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
    () => undefined,
  );
  const [program, rest] = shown?.stdout.trim().split(' -D ', 2) ?? [];
  if (program === undefined || rest === undefined || basename(program) !== 'postgres') return undefined;
  return rest === cluster || rest.startsWith(`${cluster} `) ? program : undefined;
}

function pidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}
