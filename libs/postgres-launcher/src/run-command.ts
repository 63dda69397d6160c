import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Undefined when the program was ended by a signal or could not be started at all. */
  readonly exitCode: number | undefined;
  /** Both output streams, in the order they came; only the last 64 KiB. */
  readonly output: string;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const OUTPUT_LIMIT = 64 * 1024;

/**
 * What Postgres and its tools see of our environment. The gateway's own holds secrets (API tokens, database URLs), and
 * a stray PGDATA or PGOPTIONS would change what the tools do. `C` keeps the output in English, which is what we look into.
 */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = { LC_ALL: 'C', LANG: 'C' };
  for (const name of ['PATH', 'HOME', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'] as const) {
    if (process.env[name] !== undefined) kept[name] = process.env[name];
  }
  return kept;
}

/** Runs a program to its end. Never throws: a program that cannot be started has no exit code and its error as output. */
export function runCommand(command: Command, timeoutMs = 30_000): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command.file, command.args, {
      // Our own working folder may be closed to the user the program runs as.
      cwd: '/',
      env: toolEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      ...(command.uid === undefined ? {} : { uid: command.uid }),
      ...(command.gid === undefined ? {} : { gid: command.gid }),
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
