import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@test/eventually.js';
import { databaseUrl, GatewayProcess } from '@test/gateway-process.js';
import { startStandIn } from '@test/pooler/stand-in.js';
import { psqlScript } from '@test/psql-script.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { WEBHOOK_YAML } from '@test/webhook-yaml.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = new URL('../../dist/apps/gateway/src/main.js', import.meta.url).pathname;
const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((own) => own?.address === '::1');

interface Credentials {
  readonly baseUrl: string;
  readonly adminKey: string;
  readonly webhooks: readonly { readonly source: string; readonly path: string; readonly secret: string }[];
}

describe('a start without any configuration', () => {
  let folder: string;
  let gateway: GatewayProcess;
  const credentials = (): Credentials =>
    JSON.parse(readFileSync(join(folder, '.chargelog/credentials.json'), 'utf8')) as Credentials;
  const events = async (): Promise<number> => {
    const page = await gateway.api<{ data?: unknown[] }>('/v1/events', { key: credentials().adminKey });
    return page.body.data?.length ?? 0;
  };
  const send = (n: number) =>
    gateway.postWebhook(
      'ampeco',
      credentials().webhooks[0]?.secret ?? '',
      JSON.stringify({ notification: 'start.up', n, timestamp: '2026-03-14T09:26:53Z' }),
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
    gateway = await GatewayProcess.start({ folder });
  });
  afterAll(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('listens on loopback, keeps its keys to the owner and shows none of them', () => {
    const { baseUrl, adminKey, webhooks } = credentials();
    expect(baseUrl).toBe(gateway.baseUrl);
    expect(new URL(baseUrl).hostname).toBe('127.0.0.1');
    expect(statSync(join(folder, '.chargelog/credentials.json')).mode & 0o777).toBe(0o600);
    expect(gateway.output).not.toContain(adminKey);
    expect(gateway.output).not.toContain(webhooks[0]?.secret);
  });

  it('takes a signed webhook and shows a person a page', async () => {
    expect(await send(1)).toMatchObject({ status: 202, body: { outcome: 'stored' } });
    const page = await fetch(gateway.baseUrl);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('refuses a second gateway on the same data directory and says why', () => {
    const second = spawnSync(process.execPath, [MAIN], {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: '0' },
      encoding: 'utf8',
    });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain('another gateway works on the data directory');
  });

  it('finds everything again after Ctrl-C', async () => {
    const before = credentials();
    expect(await gateway.stop()).toBe(0);
    await gateway.restart();
    expect(await events()).toBe(1);
    expect(credentials()).toEqual({ ...before, baseUrl: gateway.baseUrl });
  });

  it.skipIf(!HAS_IPV6)('is found at the address it names when it listens on ::1', async () => {
    await gateway.stop();
    const other = await GatewayProcess.start({ folder, env: { HOST: '::1' } });
    expect(other.baseUrl).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${other.baseUrl}/health/ready`)).status).toBe(200);
    await other.stop();
    await gateway.restart();
  });

  it('finds everything again after kill -9, and takes over the database that outlived it', async () => {
    await send(2);
    await gateway.kill();
    await gateway.restart();
    expect(await events()).toBe(2);
    expect(await send(2)).toMatchObject({ body: { outcome: 'duplicate' } });
  });

  it('goes on when its database is killed', async () => {
    const file = join(folder, '.chargelog/postgres/data/postmaster.pid');
    process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL');
    const taken = await eventually(
      () => send(3),
      ({ status }) => status === 202,
      { timeoutMs: 60_000 },
    );
    expect(['stored', 'duplicate']).toContain(taken.body.outcome); // a first answer may have been lost with the server
    expect(await eventually(events, (count) => count === 3)).toBe(3);
  });

  it('names the port and the setting when the port is taken', () => {
    const other = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
    const { port } = new URL(gateway.baseUrl);
    const second = spawnSync(process.execPath, [MAIN], {
      cwd: other,
      env: { PATH: process.env['PATH'], PORT: port },
      encoding: 'utf8',
    });
    rmSync(other, { recursive: true, force: true });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`port ${port}: another program listens there`);
  });
});

describe('a start with a data directory that cannot be used', () => {
  it('names the folder and the setting, not only what the system refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
    const taken = join(folder, 'a-file');
    writeFileSync(taken, '');
    const run = spawnSync(process.execPath, [MAIN], {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: '0', CHARGELOG_DATA_DIR: taken },
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true, force: true });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(`the data directory ${taken} cannot be used`);
    expect(run.stderr).toContain('CHARGELOG_DATA_DIR');
  });
});

describe('a start without its Postgres', () => {
  it('says which Postgres and which setting, not only that a connection was refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
    writeFileSync(join(folder, 'admin.key'), 'k'.repeat(64), { mode: 0o600 });
    writeFileSync(
      join(folder, 'chargelog.yaml'),
      'sources: [{ name: a, kind: webhook, tenant: acme, secrets: [{ name: a, value: a-token-of-tests }] }]\n',
    );
    const run = spawnSync(process.execPath, [MAIN], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        // The discard port of RFC 863: nobody listens there.
        DATABASE_URL: 'postgres://chargelog:hunter2@127.0.0.1:9/events',
        CHARGELOG_ADMIN_KEY_FILE: join(folder, 'admin.key'),
      },
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true, force: true });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(
      /Postgres at 127\.0\.0\.1:9\/events cannot be used: nothing listens there \(ECONNREFUSED\)\. What to do: .* DATABASE_URL/,
    );
    expect(run.stdout + run.stderr).not.toContain('hunter2');
  });
});

describe('a start on a database that cannot be used as it is', () => {
  let db: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    db = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
    writeFileSync(join(folder, 'admin.key'), 'k'.repeat(64), { mode: 0o600 });
    writeFileSync(join(folder, 'chargelog.yaml'), WEBHOOK_YAML);
  });
  afterAll(async () => {
    await db.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a start says that is expected to fail. The test goes on meanwhile: poolers of it run in this process. */
  async function outputOf(url: string): Promise<string> {
    const child = spawn(process.execPath, [MAIN], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        LOG_LEVEL: 'warn',
        DATABASE_URL: url,
        CHARGELOG_ADMIN_KEY_FILE: join(folder, 'admin.key'),
      },
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('is ready on')) child.kill('SIGKILL'); // it should have failed
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', collect);
    const code = await new Promise((resolve) => child.once('exit', resolve));
    return `exit ${String(code)}: ${output}`;
  }

  it('behind a pooler that pools by transaction: refused by name, with the cure', async () => {
    const pooler = await startStandIn(db.connection, 'transaction');
    const output = await outputOf(databaseUrl(pooler.connection));
    await pooler.close();
    expect(output).toMatch(
      /^exit 1: [^]*Postgres at .* cannot be used: a connection pooler gives every transaction another session.* What to do: set pool_mode = session/,
    );
    expect(output).not.toContain(String(db.connection.password));
  });

  it('that fails after the migrations, in a part that writes: the same context and a cure', async () => {
    const { pool } = db.database;
    const role = `reader_${db.connection.database}`;
    await pool.query(
      `create role ${role} login password 'x'; grant select on all tables in schema public to ${role}`,
    );
    const output = await outputOf(databaseUrl({ ...db.connection, user: role, password: 'x' }));
    await pool.query(`drop owned by ${role}; drop role ${role}`);
    expect(output).toMatch(
      /^exit 1: [^]*Postgres at .* cannot be used: the user of DATABASE_URL lacks a right: .*What to do: let it own the tables/,
    );
  });
});

describe('a start on the database of another version', () => {
  const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  let folder: string;
  let db: TestDatabase;
  const start = (): Promise<GatewayProcess> =>
    GatewayProcess.start({ folder, database: db.connection, yaml: WEBHOOK_YAML });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
    db = await createTestDatabase();
    await db.database.pool.query('drop schema public cascade; create schema public');
    await db.database.pool.query(text('../fixtures/unreleased-schema.sql'));
  });
  afterAll(async () => {
    await db.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends with the way to move one of an unreleased version', async () => {
    await expect(start()).rejects.toThrow(
      /ended with 1:\n[^]*Chargelog could not start: the database was made by an unreleased version.*move-from-unreleased\.sql/,
    );
  });

  it('takes it when it is moved, and one of a newer version with a warning', async () => {
    await db.database.pool.query(
      psqlScript(new URL('../../migrations/move-from-unreleased.sql', import.meta.url)),
    );
    await db.database.pool.query(
      `insert into chargelog_migration ("timestamp", name) values (1999999999999, 'AddSomething1999999999999')`,
    );
    const gateway = await start();
    expect(gateway.output).toMatch(/"the database was migrated by a newer version"/);
    expect(gateway.output).toContain('AddSomething1999999999999');
    expect((await fetch(`${gateway.baseUrl}/health/ready`)).status).toBe(200);
    await gateway.close();
  });
});

describe('a wrong configuration', () => {
  it('is reported whole, with exit code 78 and nothing started', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
    writeFileSync(
      join(folder, 'chargelog.yaml'),
      'sources:\n  - { name: A, kind: webhok, tenant: acme }\nretenton: {}\n',
    );
    const run = spawnSync(process.execPath, [MAIN], {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: '99999', LOG_LEVEL: 'loud', CHARGELOG_ROLES: 'webhook,cook' },
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true, force: true });
    expect(run.status).toBe(78);
    for (const named of ['PORT', 'LOG_LEVEL', 'CHARGELOG_ROLES', 'sources[0].kind', 'retenton']) {
      expect(run.stderr).toContain(named);
    }
    expect(run.stdout).toBe('');
  });

  it('that would serve generated keys to the network is refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chargelog-e2e-'));
    const run = spawnSync(process.execPath, [MAIN], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOST: '0.0.0.0' },
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true, force: true });
    expect(run.status).toBe(78);
    expect(run.stderr).toContain('HOST');
  });
});
