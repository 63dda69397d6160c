import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@test/eventually.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const MAIN = new URL('../../dist/apps/gateway/src/main.js', import.meta.url).pathname;

describe('a gateway with the embedded Postgres', () => {
  let folder: string;
  let child: ChildProcess | undefined;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
  });
  afterEach(async () => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Resolves when it answers: in these tests what it prints may get lost. */
  async function start(
    stdio: StdioOptions,
    [program, ...args]: [string, ...string[]] = [process.execPath, MAIN],
  ): Promise<ChildProcess> {
    const credentials = join(folder, '.chargelog/credentials.json');
    rmSync(credentials, { force: true });
    const started = spawn(program, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: '0', npm_lifecycle_event: 'start' },
      stdio,
    });
    child = started;
    await eventually(
      async () => {
        if (started.exitCode !== null) throw new Error(`the gateway ended with ${started.exitCode}`);
        const text = existsSync(credentials) ? readFileSync(credentials, 'utf8') : '{}';
        const { baseUrl = '' } = JSON.parse(text) as { baseUrl?: string };
        return baseUrl !== '' && (await fetch(`${baseUrl}/health/live`)).ok;
      },
      (answers) => answers,
      { timeoutMs: 60_000 },
    );
    return started;
  }

  /** Postgres removes the file as its last act; one that was left behind still has it. */
  const postgresRuns = (): boolean => existsSync(join(folder, '.chargelog/postgres/data/postmaster.pid'));

  async function stop(started: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
    const exit = once(started, 'exit') as Promise<[number | null]>;
    started.kill(signal);
    return (await exit)[0];
  }

  it('leaves no Postgres behind when its terminal is closed', async () => {
    const gateway = await start(['ignore', 'pipe', 'pipe']);
    expect(postgresRuns()).toBe(true);
    expect(await stop(gateway, 'SIGHUP')).toBe(0);
    expect(postgresRuns()).toBe(false);
  });

  it('leaves no Postgres behind when Ctrl-C ends the reader of its output first, as in `npm start | tee`', async () => {
    const gateway = await start(['ignore', 'pipe', 'pipe']);
    gateway.stdout?.destroy();
    gateway.stderr?.destroy();
    expect(await stop(gateway, 'SIGINT')).toBe(0);
    expect(postgresRuns()).toBe(false);
  });

  it('is not left running when a SIGTERM ends npm and its shell', async () => {
    // As npm does it; what follows the program keeps every shell from becoming the program itself.
    const shell = await start('ignore', ['/bin/sh', '-c', `"${process.execPath}" "${MAIN}"; true`]);
    await stop(shell, 'SIGTERM');
    await eventually(postgresRuns, (runs) => !runs);
  });

  it.skipIf(!existsSync('/dev/full'))('outlives a full disk of its logs', async () => {
    const full = openSync('/dev/full', 'w');
    const gateway = await start(['ignore', full, full]);
    expect(await stop(gateway, 'SIGTERM')).toBe(0);
    expect(postgresRuns()).toBe(false);
  });
});
