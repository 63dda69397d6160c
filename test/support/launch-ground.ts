import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, afterEach } from 'vitest';
import type {
  LaunchInternals,
  LaunchOptions,
  PostgresConnection,
  RunningPostgres,
} from '../../libs/postgres-launcher/src/contract.js';
import { launchPostgresWith } from '../../libs/postgres-launcher/src/launch-postgres.js';

/** A gateway as the launcher sees one: a process of its own that runs the database and can be killed. */
export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly postmasterPid: number;
}

const GATEWAY_SCRIPT = `
  import { launchPostgresWith } from './launch-postgres.js';
  const [dataDir, internals] = process.argv.slice(2);
  const options = { dataDir, log: () => undefined, settings: { fsync: 'off' } };
  const running = await launchPostgresWith(options, JSON.parse(internals));
  process.send({ pid: running.pid });
  setInterval(() => undefined, 1000);
`;

/** Temporary folders, servers and processes, all ended and removed by {@link LaunchGround.clear}. */
export class LaunchGround {
  readonly logged: string[] = [];
  private readonly folders: string[] = [];
  private readonly running: RunningPostgres[] = [];
  private readonly children: ChildProcess[] = [];

  /** For the file that is being loaded: cleared after each test, and what its tests share after the last. */
  static ofFile(): LaunchGround {
    const ground = new LaunchGround();
    afterEach(() => ground.clear());
    afterAll(async () => {
      usedTemplate.forget();
      translatedSources.forget();
      await shared.clear();
    });
    return ground;
  }

  async folder(): Promise<string> {
    const path = await realpath(await mkdtemp(join(tmpdir(), 'launch-')));
    this.folders.push(path);
    return path;
  }

  /** A folder to be removed in the end that the test or the launcher itself makes. */
  remember(path: string): string {
    this.folders.push(path);
    return path;
  }

  /** A data directory with the database of an earlier start, which was stopped: the copy costs a tenth of initdb. */
  async usedDataDir(path?: string): Promise<string> {
    const dataDir = path ?? (await this.folder());
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await copy(join(await usedTemplate(), 'postgres'), dataDir);
    return dataDir;
  }

  /** Without fsync unless the test chooses settings: what a killed server wrote is with the kernel, which lives on. */
  async launch(
    options: Omit<LaunchOptions, 'log'>,
    internals: LaunchInternals = {},
  ): Promise<RunningPostgres> {
    const log: LaunchOptions['log'] = (level, message, fields) =>
      this.logged.push(`${level}: ${message} ${JSON.stringify(fields ?? {})}`);
    const running = await launchPostgresWith({ settings: { fsync: 'off' }, ...options, log }, internals);
    this.running.push(running);
    return running;
  }

  /** Runs the launcher in a process of its own. */
  async startGateway(dataDir: string, internals: LaunchInternals = {}): Promise<GatewayProcess> {
    const script = join(await translatedSources(), 'gateway.js');
    const child = fork(script, [dataDir, JSON.stringify(internals)], { execArgv: [] });
    this.children.push(child);
    const first: unknown[] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    const message = first[0];
    if (typeof message !== 'object' || message === null || !('pid' in message)) {
      throw new Error(`the gateway process ended with ${String(message)}`);
    }
    return { child, postmasterPid: Number(message.pid) };
  }

  async kill({ child }: GatewayProcess): Promise<void> {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async clear(): Promise<void> {
    for (const child of this.children)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    for (const running of this.running.toReversed()) await running.stop();
    await remove(this.folders);
    this.logged.length = 0;
    for (const list of [this.folders, this.running, this.children]) list.length = 0;
  }
}

/** What the tests of one spec file share. */
const shared = new LaunchGround();

const usedTemplate = onDemand(async () => {
  const dataDir = await shared.folder();
  await (await shared.launch({ dataDir })).stop();
  return dataDir;
});

/** The sources of the launcher as JavaScript, beside a program that runs them. */
const translatedSources = onDemand(async () => {
  const { default: ts } = await import('typescript');
  const code = await shared.folder();
  const sources = fileURLToPath(new URL('../../libs/postgres-launcher/src', import.meta.url));
  for (const name of await readdir(sources, { recursive: true })) {
    if (!name.endsWith('.ts') || name.endsWith('spec.ts') || name.endsWith('.fixture.ts')) continue;
    const { outputText } = ts.transpileModule(await readFile(join(sources, name), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    await mkdir(dirname(join(code, name)), { recursive: true });
    await writeFile(join(code, name.replace(/ts$/, 'js')), outputText);
  }
  await writeFile(join(code, 'package.json'), '{ "type": "module" }');
  await symlink(join(sources, '../../../node_modules'), join(code, 'node_modules'));
  await writeFile(join(code, 'gateway.js'), GATEWAY_SCRIPT);
  return code;
});

function onDemand<T>(make: () => Promise<T>): { (): Promise<T>; forget(): void } {
  let made: Promise<T> | undefined;
  return Object.assign(() => (made ??= make()), { forget: () => (made = undefined) });
}

/** Copies a file or folder into a folder, links and modes included. Node's own `cp` takes ten times as long. */
export async function copy(from: string, into: string): Promise<void> {
  await promisify(execFile)('cp', ['-Rp', from, into]);
}

async function remove(paths: readonly string[]): Promise<void> {
  await promisify(execFile)('rm', ['-rf', ...paths]);
}

/** Runs one statement on a connection of its own and gives the first column of the rows. */
export async function ask(connection: PostgresConnection, sql: string): Promise<unknown[]> {
  const client = new Client({ ...connection });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows.map((row) => row[0]);
  } finally {
    await client.end();
  }
}

export async function eventually(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const until = Date.now() + 15_000; !(await condition()); await delay(20)) {
    if (Date.now() > until) throw new Error(`did not happen within 15 s: ${what}`);
  }
}

/** Writes programs that stand in for a Postgres that cannot do its work. */
export async function brokenBinaries(folder: string, initdb: string): Promise<string> {
  const binDir = join(folder, 'bin');
  await mkdir(binDir);
  await writeFile(join(binDir, 'postgres'), '#!/bin/sh\necho "postgres (PostgreSQL) 17.2"\n', {
    mode: 0o755,
  });
  await writeFile(join(binDir, 'initdb'), `#!/bin/sh\n${initdb}\n`, { mode: 0o755 });
  return binDir;
}
