import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, brokenBinaries, eventually, LaunchGround } from '@test/launch-ground.js';
import { isAlive } from './process/postmaster-pid.js';
import type { RunningPostgres } from './contract.js';

const ground = LaunchGround.ofFile();

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

/** Inodes of the TCP sockets that a process holds. */
async function tcpSocketsOf(pid: number): Promise<string[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '')),
  );
  const tcpInodes = new Set(
    tables
      .join('\n')
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[9]),
  );
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  );
  return links
    .flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
    .filter((inode) => tcpInodes.has(inode));
}

describe('a first start', () => {
  const shared = new LaunchGround();
  let dataDir: string;
  let running: RunningPostgres;

  beforeAll(async () => {
    process.env['AMPECO_TOKEN'] = 'a-token';
    try {
      dataDir = await shared.folder();
      running = await shared.launch({ dataDir, settings: {} });
    } finally {
      delete process.env['AMPECO_TOKEN'];
    }
  });
  afterAll(() => shared.clear());

  it('makes a database with UTF8 and byte order, durable settings and checksums', async () => {
    expect(running).toMatchObject({
      adopted: false,
      connection: { user: 'chargelog', database: 'chargelog' },
    });
    const settings = await ask(
      running.connection,
      `SELECT name || '=' || setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes',
         'data_checksums', 'server_encoding', 'listen_addresses', 'jit') ORDER BY name`,
    );
    expect(settings).toEqual([
      'data_checksums=on',
      'fsync=on',
      'full_page_writes=on',
      'jit=off',
      'listen_addresses=',
      'server_encoding=UTF8',
      'synchronous_commit=on',
    ]);
    const [collation] = await ask(
      running.connection,
      `SELECT datcollate FROM pg_database WHERE datname = 'chargelog'`,
    );
    expect(collation).toBe('C');
    expect(await ask(running.connection, 'SHOW server_version')).toEqual([running.version]);
  });

  it('lets nobody in without the password', async () => {
    for (const password of ['', 'guess']) {
      const client = new Client({ ...running.connection, password: () => password });
      await expect(client.connect()).rejects.toThrow(/password/);
    }
  });

  it('keeps password, log and socket to its own user and writes the password nowhere else', async () => {
    const { connection } = running;
    await expect(ask({ ...connection, password: 'wrong' }, 'SELECT 1')).rejects.toThrow('password');

    expect(await modeOf(join(dataDir, 'postgres/password'))).toBe('600');
    expect(await modeOf(join(dataDir, 'postgres/server.log'))).toBe('600');
    expect(await modeOf(connection.host)).toBe('700');
    const log = await readFile(join(dataDir, 'postgres/server.log'), 'utf8');
    expect(log).toContain('password authentication failed');
    expect(log).not.toContain(connection.password);
    expect(shared.logged.join('\n')).not.toContain(connection.password);
  });

  it.skipIf(process.platform !== 'linux')(
    'opens no TCP socket and runs in a session of its own (needs /proc)',
    async () => {
      const { pid } = running;
      expect(await tcpSocketsOf(pid)).toEqual([]);
      const [, , , session] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
      expect(Number(session)).toBe(pid);
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'hands none of the secrets of the gateway to the server (needs /proc)',
    async () => {
      const environment = await readFile(`/proc/${running.pid}/environ`, 'utf8');
      expect(environment).toContain('LC_ALL=C');
      expect(environment).not.toContain('a-token');
    },
  );

  it('puts the socket elsewhere when the data directory is too deep for one', async () => {
    const deep = join(await ground.folder(), 'd'.repeat(60), 'e'.repeat(60));
    await ground.usedDataDir(deep);
    const { connection } = await ground.launch({ dataDir: deep });
    ground.remember(connection.host);
    expect(connection.host.startsWith(deep)).toBe(false);
    expect(await modeOf(connection.host)).toBe('700');
    expect(await ask(connection, 'SELECT 1')).toEqual([1]);
  });
});

describe('a second start', () => {
  it('finds the data of the first', async () => {
    const dataDir = await ground.folder();
    const first = await ground.launch({ dataDir });
    await ask(first.connection, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    await first.stop();
    expect(await isAlive(first.pid)).toBe(false);

    const second = await ground.launch({ dataDir, settings: { work_mem: '7MB' } });
    expect(second.adopted).toBe(false);
    expect(await ask(second.connection, 'SELECT answer FROM kept')).toEqual([42]);
    expect(await ask(second.connection, 'SHOW work_mem')).toEqual(['7MB']);
  });

  it('finds it after a stop without a checkpoint too', async () => {
    const dataDir = await ground.usedDataDir();
    const first = await ground.launch({ dataDir }, { fastShutdownMs: 0 });
    await ask(first.connection, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(ground.logged.join('\n')).toContain('warn: Postgres did not stop in time');

    const second = await ground.launch({ dataDir });
    expect(await ask(second.connection, 'SELECT answer FROM kept')).toEqual([42]);
  });

  it('sets a large log aside', async () => {
    const dataDir = await ground.usedDataDir();
    const log = join(dataDir, 'postgres/server.log');
    await writeFile(log, 'x'.repeat(11 * 1024 * 1024));
    await ground.launch({ dataDir });
    expect((await stat(`${log}.1`)).size).toBe(11 * 1024 * 1024);
    expect((await stat(log)).size).toBeLessThan(1024 * 1024);
  });
});

describe('a server that ends by itself', () => {
  it('is reported with the end of its log', async () => {
    const { pid } = await ground.launch({ dataDir: await ground.usedDataDir() });
    process.kill(pid, 'SIGINT');
    const report = (line: string): boolean => /^error: Postgres ended unexpectedly, .*shut/.test(line);
    await eventually(async () => ground.logged.some(report), 'a report');
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'is started again after %s with all that was committed, and stops when it is told to',
    async (signal) => {
      const running = await ground.launch({ dataDir: await ground.usedDataDir() });
      const { connection, pid } = running;
      await ask(connection, 'create table kept as select 7 as n');
      process.kill(pid, signal);
      await eventually(async () => running.pid !== pid, 'another postmaster');
      expect(await ask(connection, 'select n from kept')).toEqual([7]);
      // The right to the data directory is held again, too.
      const held = (line: string): boolean => line.includes('the lock on the data directory is held again');
      await eventually(async () => ground.logged.some(held), 'the lock');

      await running.stop();
      await expect(ask(connection, 'select 1')).rejects.toThrow();
    },
  );

  it('is started again as soon as what prevents it is fixed', async () => {
    const dataDir = await ground.usedDataDir();
    const running = await ground.launch({ dataDir });
    const { connection, pid } = running;
    const settings = join(dataDir, 'postgres/data/postgresql.conf');
    const right = await readFile(settings, 'utf8');
    await writeFile(settings, 'work_mem = plenty');
    process.kill(pid, 'SIGINT');
    const report = (line: string): boolean =>
      /^error: Postgres cannot be started again, trying on .*work_mem/.test(line);
    await eventually(async () => ground.logged.some(report), 'a report');

    await writeFile(settings, right);
    await eventually(async () => running.pid !== pid, 'another postmaster');
    expect(await ask(connection, 'select 1')).toEqual([1]);
  });

  it('stays ended when the gateway stops at the same moment', async () => {
    const dataDir = await ground.usedDataDir();
    const running = await ground.launch({ dataDir });
    process.kill(running.pid, 'SIGKILL');
    await eventually(async () => ground.logged.some((line) => line.startsWith('warn: the lock')), 'the loss');
    await running.stop();
    expect(await isAlive(running.pid)).toBe(false);
    await expect(ask(running.connection, 'select 1')).rejects.toThrow();
  });
});

describe('a start that fails', () => {
  it('shows the end of the log of the server', async () => {
    const dataDir = await ground.usedDataDir();
    await expect(ground.launch({ dataDir, settings: { work_mem: 'plenty' } })).rejects.toMatchObject({
      code: 'server-not-started',
      message: expect.stringContaining('work_mem') as unknown,
    });
  });

  it('shows the output of initdb and leaves nothing behind that looks like a database', async () => {
    const folder = await ground.folder();
    const binDir = await brokenBinaries(
      folder,
      'mkdir -p "$2" && echo 17 > "$2/PG_VERSION"; echo "no space left"; exit 1',
    );
    const dataDir = join(folder, 'data');
    await expect(ground.launch({ dataDir, binDir })).rejects.toMatchObject({
      code: 'initdb-failed',
      message: expect.stringContaining('no space left') as unknown,
    });
    expect((await readdir(join(dataDir, 'postgres'))).sort()).toEqual(['password', 'server.log']);
    expect((await ground.launch({ dataDir })).adopted).toBe(false);
  });

  it('tells when the password does not belong to the database', async () => {
    const dataDir = await ground.usedDataDir();
    await writeFile(join(dataDir, 'postgres/password'), 'another\n');
    await expect(ground.launch({ dataDir })).rejects.toMatchObject({ code: 'password-rejected' });
    expect(await readdir(join(dataDir, 'postgres/data'))).not.toContain('postmaster.pid');
  });

  it('refuses settings that would open the database', async () => {
    const dataDir = await ground.folder();
    await expect(ground.launch({ dataDir, settings: { listen_addresses: '*' } })).rejects.toMatchObject({
      code: 'invalid-setting',
    });
  });

  it('names a data directory that cannot be one', async () => {
    const file = join(await ground.folder(), 'file');
    await writeFile(file, '');
    await expect(ground.launch({ dataDir: file })).rejects.toMatchObject({
      code: 'data-directory-unusable',
      message: expect.stringContaining(file) as unknown,
    });
  });
});
