import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseUrl } from '@chargelog/config';
import { GatewayError } from '@chargelog/domain';
import { startTlsProxy, type TlsProxy } from '@test/faults/tls-proxy.js';
import { createCertificates } from '@test/kafka/certificates.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from './database.js';
import { explainDatabase } from './explain-database.js';
import { openPool } from './pool.js';
import { askDatabase } from './sql-errors.js';

const GOOD = createCertificates();
const OTHER = createCertificates();
const EXPIRED = createCertificates({ expired: true });

let db: TestDatabase;
let proxy: TlsProxy;
let folder: string;
let ca: string;

beforeAll(async () => {
  db = await createTestDatabase();
  proxy = await startTlsProxy(db.connection, GOOD);
  folder = mkdtempSync(join(tmpdir(), 'chargelog-tls-'));
  ca = join(folder, 'ca.pem');
  writeFileSync(ca, GOOD.ca);
});
afterAll(async () => {
  await proxy.close();
  await db.drop();
  rmSync(folder, { recursive: true });
});

function url(parameters: string, host = '127.0.0.1'): string {
  const { user, password, database } = db.connection;
  return new DatabaseUrl(
    `postgres://${user}:${String(password)}@${host}:${proxy.port}/${database}?${parameters}`,
  ).forDriver();
}

const open = (connectionString: string): Promise<Database> =>
  Database.open({ connection: { connectionString }, migrations: [] });

describe('TLS to Postgres', () => {
  it.each(['require', 'verify-ca', 'verify-full', 'prefer', 'allow'])(
    'with sslmode=%s takes a certificate of the authority in sslrootcert',
    async (mode) => {
      const database = await open(url(`sslmode=${mode}&sslrootcert=${ca}`));
      await database.close();
    },
  );

  it('with sslmode=no-verify takes any', async () => {
    const database = await open(url('sslmode=no-verify'));
    await database.close();
  });

  it.each([
    ['not trusted', GOOD, 'sslmode=require', '127.0.0.1', /not trusted/, /sslrootcert=.* in DATABASE_URL/],
    ['of another authority', OTHER, 'CA', '127.0.0.1', /not trusted/, /sslrootcert=.*no-verify/],
    ['for another host', GOOD, 'CA', '127.0.0.2', /another name than 127\.0\.0\.2/, /host in DATABASE_URL/],
    ['that has expired', EXPIRED, 'OWN', '127.0.0.1', /expired/, /sslmode/],
    ['which there is none', undefined, 'CA', '127.0.0.1', /offers no TLS/, /sslmode=disable/],
  ])(
    'a certificate %s is an absent store, and the message names the parameter',
    async (_, shown, how, host, problem, cure) => {
      const own = join(folder, 'own.pem');
      if (shown !== undefined) writeFileSync(own, shown.ca);
      const parameters = {
        CA: `sslmode=verify-full&sslrootcert=${ca}`,
        OWN: `sslmode=verify-full&sslrootcert=${own}`,
      }[how];
      proxy.certificates = shown;
      const connectionString = url(parameters ?? how, host);
      const error: unknown = await open(connectionString).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(explainDatabase(error)?.problem).toMatch(problem);
      expect(explainDatabase(error)?.cure).toMatch(cure);
      const pool = openPool({ connectionString }, { max: 1 });
      const read = askDatabase(() => pool.query('select 1'));
      await expect(read).rejects.toMatchObject({ code: 'store-away' });
      await expect(read).rejects.toBeInstanceOf(GatewayError);
      await pool.end();
      proxy.certificates = GOOD;
    },
  );

  it('reads the authority again for each connection: renewed certificates need no restart', async () => {
    const changing = join(folder, 'changing.pem');
    writeFileSync(changing, GOOD.ca);
    // A connection for each question.
    const pool = openPool(
      { connectionString: url(`sslmode=verify-full&sslrootcert=${changing}`) },
      { max: 1, maxUses: 1 },
    );
    const ask = (): Promise<unknown> => askDatabase(() => pool.query('select 1'));
    await ask();
    proxy.certificates = OTHER;
    await expect(ask()).rejects.toMatchObject({ code: 'store-away' });
    rmSync(changing);
    await expect(ask()).rejects.toMatchObject({ code: 'store-away' });
    writeFileSync(changing, OTHER.ca);
    await ask();
    proxy.certificates = GOOD;
    await pool.end();
  });
});
