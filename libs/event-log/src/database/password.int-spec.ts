import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passwordReader } from '@chargelog/config';
import { startRelay, type Relay } from '@test/relay.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { explainDatabase, type DatabaseTrouble } from './explain-database.js';
import type { PgConnection } from './pg-connection.js';
import { openPool } from './pool.js';
import { askDatabase } from './sql-errors.js';

let db: TestDatabase;
let admin: pg.Client;
let relay: Relay;
let role: string;
let folder: string;
let pool: pg.Pool | undefined;

beforeAll(async () => {
  db = await createTestDatabase();
  admin = new pg.Client(db.connection);
  await admin.connect();
  relay = await startRelay(db.connection);
  role = `p_${db.connection.database}`;
  await admin.query(`create role ${role} login`);
});
afterAll(async () => {
  await admin.query(`drop role ${role}`);
  await admin.end();
  await relay.close();
  await db.drop();
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chargelog-password-'));
  await admin.query(`alter role ${role} password 'first'`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await pool?.end();
  pool = undefined;
  rmSync(folder, { recursive: true });
});

const url = (): string => `postgres://${role}@127.0.0.1:${relay.connection.port}/${db.connection.database}`;

/** A connection for each question. */
function ask(connection: PgConnection): Promise<unknown> {
  pool ??= openPool(connection, { max: 1, maxUses: 1 });
  const own = pool;
  return askDatabase(() => own.query('select 1'));
}

const troubleOf = (asked: Promise<unknown>): Promise<DatabaseTrouble | undefined> =>
  asked.then(
    () => undefined,
    (error: unknown) => explainDatabase(error),
  );

function passFile(text: string): void {
  const path = join(folder, 'pgpass');
  writeFileSync(path, text, { mode: 0o600 });
  vi.stubEnv('PGPASSFILE', path);
}

describe('a password of the database that changes while the gateway runs', () => {
  it('is read again from the file of CHARGELOG_DATABASE_PASSWORD, and a wrong one is an absent store', async () => {
    const path = join(folder, 'password');
    writeFileSync(path, 'first\n', { mode: 0o600 });
    const connection = {
      connectionString: url(),
      passwordSource: passwordReader({ from: 'file', path }),
    };
    await ask(connection);
    await admin.query(`alter role ${role} password 'second: \\with "all"'`);
    await expect(ask(connection)).rejects.toMatchObject({ code: 'store-away' });
    expect(await troubleOf(ask(connection))).toMatchObject({
      problem: expect.stringContaining('password is wrong') as string,
      cure: expect.stringContaining('CHARGELOG_DATABASE_PASSWORD') as string,
    });
    writeFileSync(path, 'second: \\with "all"\n');
    await ask(connection);
    rmSync(path);
    await expect(ask(connection)).rejects.toMatchObject({ code: 'store-away' });
    expect((await troubleOf(ask(connection)))?.problem).toMatch(
      /CHARGELOG_DATABASE_PASSWORD names .*does not exist/,
    );
  });

  it('is read again from PGPASSFILE, whose first line that fits counts', async () => {
    const { database } = db.connection;
    passFile(
      `# of libpq\nother:*:*:${role}:wrong\n127.0.0.1:${relay.connection.port}:${database}:${role}:first\n*:*:*:*:wrong\n`,
    );
    await ask({ connectionString: url() });
    await admin.query(`alter role ${role} password 'a:b\\c'`);
    await expect(ask({ connectionString: url() })).rejects.toMatchObject({ code: 'store-away' });
    passFile(`*:*:${database}:*:a\\:b\\\\c\n`);
    await ask({ connectionString: url() });
  });

  it('in a PGPASSFILE that others can read, or without a line that fits, is said to be the reason', async () => {
    passFile('*:*:other:*:first\n');
    expect((await troubleOf(ask({ connectionString: url() })))?.problem).toMatch(
      /has no line for this host, port, database and user/,
    );
    chmodSync(join(folder, 'pgpass'), 0o644);
    expect((await troubleOf(ask({ connectionString: url() })))?.problem).toMatch(
      /can be read by others; run chmod 600/,
    );
  });

  it('and is not given at all, is asked for by the name of the setting', async () => {
    vi.stubEnv('HOME', folder);
    const trouble = await troubleOf(ask({ connectionString: url() }));
    expect(trouble).toEqual({
      problem: 'the server asks for a password, and none is set',
      cure: 'set CHARGELOG_DATABASE_PASSWORD, or PGPASSFILE',
    });
    await expect(ask({ connectionString: url() })).rejects.toMatchObject({ code: 'store-away' });
  });
});
