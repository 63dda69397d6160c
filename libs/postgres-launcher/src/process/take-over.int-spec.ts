import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, eventually, LaunchGround } from '@test/launch-ground.js';
import { isAlive } from './postmaster-pid.js';
import { isRoot, unprivilegedAccounts } from './run-as.js';

const ground = LaunchGround.ofFile();

const [account] = await unprivilegedAccounts();

const pidFileText = (pid: number, dataDir: string): string =>
  `${pid}\n${dataDir}/postgres/data\n1764000000\n5432\n${dataDir}/postgres/socket\n\n  1234567 7\nready   \n`;

/** The waits for what passes by itself elsewhere, and does not here. */
const impatient = { lockPatienceMs: 200, unseenPatienceMs: 200 };

const LOCK_HOLDERS = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = 1128811591`;

describe('after a gateway was killed', () => {
  it('takes over its server with all data, and stops it', async () => {
    const dataDir = await ground.usedDataDir();
    const first = await ground.launch({ dataDir });
    await ask(first.connection, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const gateway = await ground.startGateway(dataDir);
    await ask(first.connection, 'INSERT INTO kept VALUES (43)');
    await ground.kill(gateway);
    expect(await isAlive(gateway.postmasterPid)).toBe(true);

    const running = await ground.launch({ dataDir });
    expect(running).toMatchObject({ adopted: true, pid: gateway.postmasterPid });
    expect(await stat(join(running.binDir, 'postgres'))).toBeDefined();
    expect(await ask(running.connection, 'SELECT answer FROM kept ORDER BY 1')).toEqual([42, 43]);

    await running.stop();
    expect(await isAlive(gateway.postmasterPid)).toBe(false);
  });

  it.skipIf(!isRoot() || account === undefined)(
    'takes over a server that runs as another user (needs root)',
    async () => {
      const forced = { forceOsUser: true };
      const dataDir = await ground.usedDataDir();
      await chmod(dataDir, 0o755);
      const gateway = await ground.startGateway(dataDir, forced);
      await ground.kill(gateway);
      const running = await ground.launch({ dataDir }, forced);
      expect(running).toMatchObject({ adopted: true, pid: gateway.postmasterPid });
      await running.stop();
      expect(await isAlive(gateway.postmasterPid)).toBe(false);
    },
  );

  it('finds all data when its server was killed too', async () => {
    const dataDir = await ground.usedDataDir();
    const first = await ground.launch({ dataDir });
    await ask(first.connection, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const gateway = await ground.startGateway(dataDir);
    await ask(first.connection, 'INSERT INTO kept VALUES (43)');
    await ground.kill(gateway);
    process.kill(gateway.postmasterPid, 'SIGKILL');

    const second = await ground.launch({ dataDir });
    expect(second.adopted).toBe(false);
    expect(await ask(second.connection, 'SELECT answer FROM kept ORDER BY 1')).toEqual([42, 43]);
  });

  it('starts its server again when that ends after it was taken over', async () => {
    const dataDir = await ground.usedDataDir();
    const gateway = await ground.startGateway(dataDir);
    await ground.kill(gateway);
    const running = await ground.launch({ dataDir });
    expect(running.adopted).toBe(true);
    const { connection, pid } = running;
    process.kill(pid, 'SIGINT');
    await eventually(async () => running.pid !== pid, 'another postmaster');
    expect(await ask(connection, 'select 1')).toEqual([1]);
  });
});

describe('a second gateway on the same data directory', () => {
  it('is refused while the first lives, and the first is not disturbed', async () => {
    const dataDir = await ground.usedDataDir();
    const gateway = await ground.startGateway(dataDir);
    await expect(ground.launch({ dataDir }, impatient)).rejects.toMatchObject({
      code: 'data-directory-in-use',
      message: expect.stringContaining(dataDir) as unknown,
    });
    expect(await isAlive(gateway.postmasterPid)).toBe(true);
    expect(gateway.child.exitCode).toBeNull();

    // What the first one leaves must be stopped by somebody: the next launch takes it over and the ground stops that.
    await ground.kill(gateway);
    expect((await ground.launch({ dataDir })).adopted).toBe(true);
  });

  it('loses a race on an empty data directory; the other one works', async () => {
    const dataDir = await ground.folder();
    const starts = await Promise.allSettled(
      [1, 2, 3].map(() => ground.launch({ dataDir }, { lockPatienceMs: 200 })),
    );
    const won = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const lost = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason as unknown] : []));
    expect(lost).toEqual(
      [1, 2].map(() => expect.objectContaining({ code: 'data-directory-in-use' }) as unknown),
    );
    expect(won).toHaveLength(1);
    for (const { connection } of won) expect(await ask(connection, 'SELECT 1')).toEqual([1]);
    expect((await readdir(join(dataDir, 'postgres'))).filter((name) => name.startsWith('init-'))).toEqual([]);
  });

  it('is refused again after the connection that holds the lock was cut', async () => {
    const dataDir = await ground.usedDataDir();
    const { connection } = await ground.launch({ dataDir });
    const [before] = await ask(connection, LOCK_HOLDERS);
    await ask(connection, `SELECT pg_terminate_backend(${String(before)})`);
    await eventually(async () => {
      const [now] = await ask(connection, LOCK_HOLDERS);
      return now !== undefined && now !== before;
    }, 'the lock is taken again');
    expect(ground.logged.join('\n')).toContain('warn: the lock on the data directory was lost');
    const again = ground.launch({ dataDir }, impatient);
    await expect(again).rejects.toMatchObject({ code: 'data-directory-in-use' });
  });

  it('is refused when the first is in another container and only its socket can be seen', async () => {
    const dataDir = await ground.folder();
    const socketDirectory = join(dataDir, 'postgres/socket');
    await mkdir(socketDirectory, { recursive: true, mode: 0o700 });
    const other = createServer().listen(join(socketDirectory, '.s.PGSQL.5432'));
    await once(other, 'listening');
    try {
      const launch = ground.launch({ dataDir }, impatient);
      await expect(launch).rejects.toMatchObject({ code: 'data-directory-in-use' });
    } finally {
      other.close();
    }
  });
});

describe('a postmaster.pid that was left behind', () => {
  it('by a process that is gone does not hinder the start', async () => {
    const dataDir = await ground.usedDataDir();
    const gone = spawnSync('true').pid;
    const pidFile = join(dataDir, 'postgres/data/postmaster.pid');
    await writeFile(pidFile, pidFileText(gone, dataDir));

    const running = await ground.launch({ dataDir });
    expect(running.adopted).toBe(false);
    expect(await readFile(pidFile, 'utf8')).toMatch(new RegExp(`^${running.pid}\n`));
  });

  it('and whose number another program has by now does not hinder it either', async () => {
    const dataDir = await ground.usedDataDir();
    const foreign = spawn('sleep', ['300'], { stdio: 'ignore' });
    try {
      await once(foreign, 'spawn');
      await writeFile(join(dataDir, 'postgres/data/postmaster.pid'), pidFileText(foreign.pid ?? 0, dataDir));
      const running = await ground.launch({ dataDir });
      expect(running.adopted).toBe(false);
      expect(running.pid).not.toBe(foreign.pid);
      expect(foreign.exitCode).toBeNull();
      await running.stop();
      expect(foreign.exitCode).toBeNull();
    } finally {
      foreign.kill('SIGKILL');
    }
  });

  it('and names the server of another data directory takes over neither', async () => {
    const [mine, others] = [await ground.usedDataDir(), await ground.usedDataDir()];
    const other = await ground.launch({ dataDir: others });
    await writeFile(join(mine, 'postgres/data/postmaster.pid'), pidFileText(other.pid, mine));
    const running = await ground.launch({ dataDir: mine });
    expect(running).toMatchObject({ adopted: false });
    expect(running.pid).not.toBe(other.pid);
    await running.stop();
    expect(await ask(other.connection, 'SELECT 1')).toEqual([1]);
  });
});

describe('a start that was killed while the database was being made', () => {
  it('leaves a folder that the next start removes and never uses', async () => {
    const dataDir = await ground.folder();
    const half = join(dataDir, 'postgres', `init-${spawnSync('true').pid}-0badcafe`);
    await mkdir(join(half, 'data'), { recursive: true });
    await writeFile(join(half, 'data/PG_VERSION'), '15\n');
    const { connection } = await ground.launch({ dataDir });
    expect(await ask(connection, 'SELECT 1')).toEqual([1]);
    await expect(stat(half)).rejects.toThrow('ENOENT');
  });
});
