import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { readIfThere } from '../cluster/data-layout.js';
import { codeOf } from '../contract.js';

/** A file without a process id that is younger than this is being written. */
const WRITTEN_WITHIN_MS = 2_000;

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
  /** There is none, or its process is gone: Postgres replaces such a file itself. */
  | { readonly state: 'free' }
  /** The postmaster of this cluster, running. */
  | { readonly state: 'running'; readonly postmaster: Postmaster }
  /** No process id in it yet. */
  | { readonly state: 'being-written' }
  /** Postgres would refuse to start: its process id belongs to another program by now, or a full disk left it empty. */
  | { readonly state: 'stale'; readonly because: string; readonly text: string };

/** Lines: pid, data directory, start time, port, socket directory, listen address, shared memory, status. */
export function parsePostmasterPid(text: string): PostmasterPid | undefined {
  const [pid, , , port, socketDirectory] = text.split('\n').map((line) => line.trim());
  // 0 and below name groups of processes to the system, 0 our own.
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
  if (text === undefined) return { state: 'free' };
  const parsed = parsePostmasterPid(text);
  if (parsed === undefined) {
    const written = await stat(path).catch(() => undefined);
    if (written === undefined || Date.now() - written.mtimeMs < WRITTEN_WITHIN_MS)
      return { state: 'being-written' };
    return { state: 'stale', because: 'it names no process', text };
  }
  if (!(await isAlive(parsed.pid))) return { state: 'free' };
  const program = await postmasterProgram(parsed.pid, cluster);
  if (program === undefined) {
    return { state: 'stale', because: `process ${parsed.pid} is another program now`, text };
  }
  const binDir = isAbsolute(program) ? dirname(program) : undefined;
  return { state: 'running', postmaster: { ...parsed, binDir } };
}

/**
 * Removes a pid file that was found stale. It is moved aside first and looked at again, because a server started by
 * another gateway in this instant would shut down if it lost its file.
 */
export async function removeStalePidFile(cluster: string, staleText: string): Promise<void> {
  const aside = `${pidFile(cluster)}.stale-${randomBytes(8).toString('hex')}`;
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

function pidFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
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

/** Has the postmaster of this cluster ended? Asked before every signal, because its number may be another program's. */
export async function hasEnded(pid: number, cluster: string): Promise<boolean> {
  if (!(await isAlive(pid))) return true;
  if ((await postmasterProgram(pid, cluster)) !== undefined) return false;
  // In its very last moment a process is still there but has no command line.
  return process.platform !== 'linux' || (await commandLineOf(pid)) !== '';
}

/** The program file of a process that is the postmaster of this cluster; undefined when it is something else. */
async function postmasterProgram(pid: number, cluster: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return postmasterProgramByPs(pid, cluster);
  const commandLine = await commandLineOf(pid);
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

function commandLineOf(pid: number): Promise<string | undefined> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
}

async function postmasterProgramByPs(pid: number, cluster: string): Promise<string | undefined> {
  const shown = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
    () => undefined,
  );
  const [program, rest] = shown?.stdout.trim().split(' -D ', 2) ?? [];
  if (program === undefined || rest === undefined || basename(program) !== 'postgres') return undefined;
  return rest === cluster || rest.startsWith(`${cluster} `) ? program : undefined;
}
