import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GUARD, startGuarded, type ProcessPlan } from './guarded-process.js';

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a guarded process', () => {
  let dir: string;
  const plan = (code: string): ProcessPlan => ({
    command: process.execPath,
    args: ['-e', code],
    log: join(dir, 'log'),
    dir,
    kill: undefined,
  });

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'guarded-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('ends on a signal', async () => {
    const guarded = await startGuarded(plan('setInterval(() => {}, 1000)'));
    expect(isAlive(guarded.pid)).toBe(true);

    expect(await guarded.end('SIGTERM', 5_000)).toBe(true);

    expect(guarded.exited).toBe(true);
    expect(isAlive(guarded.pid)).toBe(false);
    expect(existsSync(dir)).toBe(true);
  });

  it('that ignores a signal is reported as running, and ends when it is killed', async () => {
    const code = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); require('fs').writeFileSync(process.argv[1], '')`;
    const ready = join(dir, 'ready');
    const base = plan(code);
    const guarded = await startGuarded({ ...base, args: [...base.args, ready] });
    await until(() => existsSync(ready));

    expect(await guarded.end('SIGTERM', 200)).toBe(false);
    expect(await guarded.end('SIGKILL', 5_000)).toBe(true);
  });

  it('does not outlive the process that started it, even if that is killed, and its folder is removed', async () => {
    const owner = `
      const { spawn } = require('node:child_process');
      const guard = spawn(process.execPath, ['-e', process.argv[1], process.argv[2]], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      guard.on('message', ({ pid }) => console.log(pid));`;
    const args = ['-e', owner, GUARD, JSON.stringify(plan('setInterval(() => {}, 1000)'))];
    const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = (await once(process_.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    expect(isAlive(pid)).toBe(true);

    process_.kill('SIGKILL');

    await until(() => !isAlive(pid) && !existsSync(dir));
  });

  it('says when the command does not exist', async () => {
    await expect(startGuarded({ ...plan(''), command: join(dir, 'no-such-command') })).rejects.toThrow(
      /no-such-command could not be started: .*ENOENT/,
    );
  });
});
