import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUuidV7, type Source } from '@chargelog/domain';
import { AuditLog } from '@chargelog/features/audit';
import { rejectionContext, RejectionStore, sealedRejections } from '@chargelog/features/rejections';
import {
  registerSources,
  sealedSecrets,
  SourceSecrets,
  SourceSecretStore,
} from '@chargelog/features/sources';
import { eventually } from '@test/eventually.js';
import { keyFilePath } from '@test/key-folder.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { readKeyFile, writeKeyFile } from './key-file.js';
import { KeyRotation } from './key-rotation.js';
import { Keyring } from './keyring.js';

const VALUES = ['token-number-one', 'token-number-two', 'token-number-three'];

let db: TestDatabase;
let source: Source;
let store: SourceSecretStore;
let rejections: RejectionStore;
let audit: AuditLog;

beforeAll(async () => {
  db = await createTestDatabase();
  const { dataSource } = db.database;
  [source] = (await registerSources(dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }])) as [
    Source,
  ];
  store = new SourceSecretStore(dataSource);
  rejections = new RejectionStore(dataSource);
  audit = new AuditLog(dataSource);
});
beforeEach(() => db.database.pool.query('truncate source_secret, rejection, audit_entry'));
afterAll(() => db.drop());

const rotationOf = (
  keyring: Keyring | undefined,
  log: Pick<AuditLog, 'record'> = audit,
  secretRows = store,
  rejectionRows = rejections,
): KeyRotation => {
  const rotation = new KeyRotation(keyring, log);
  rotation.cover(sealedSecrets(secretRows));
  rotation.cover(sealedRejections(rejectionRows));
  return rotation;
};
const acts = async () => (await audit.page(50)).filter(({ action }) => action === 'secrets.rotate-key');

async function setUp(options: { readonly isOwn: boolean } = { isOwn: true }) {
  const path = keyFilePath();
  if (!options.isOwn) writeKeyFile(path, [randomBytes(32)]);
  const keyring = Keyring.open(path, options);
  const secrets = new SourceSecrets({
    store,
    keyring,
    configured: [],
    sink: { replaceSecrets: () => undefined },
    log: () => undefined,
  });
  const rotation = rotationOf(keyring);
  for (const [n, value] of VALUES.entries()) await secrets.add('ampeco', `s${n}`, value, 'bootstrap');
  const kept = Array.from({ length: 3 }, (_, n) => newUuidV7(n));
  await rejections.keep(
    kept.map((id, n) => ({
      id,
      source,
      receivedAt: n,
      reason: 'signature-wrong' as const,
      bytes: 4,
      sealed: keyring.seal(Buffer.from('body'), rejectionContext(id)),
    })),
    [],
  );
  return { path, keyring, secrets, rotation };
}

type Parts = Awaited<ReturnType<typeof setUp>>;

/** How many of the secrets and rejections a gateway that starts with the file as it is can open. */
async function opened({ path }: Parts): Promise<[number, number]> {
  const keyring = Keyring.open(path, { isOwn: false });
  const secrets = (await store.listLive()).filter(({ sealed, sourceId, name }) =>
    VALUES.includes(keyring.open(sealed, `source-secret/${sourceId}/${name}`)?.toString() ?? ''),
  );
  const kept = (await rejections.oldest('ampeco')).filter(
    ({ id, sealed }) => keyring.open(sealed, rejectionContext(id))?.toString() === 'body',
  );
  return [secrets.length, kept.length];
}

describe('rotation of a key of the gateway’s own', () => {
  it('is not complete without its audit entry: the former key stays until the act is told', async () => {
    const parts = await setUp();
    const killed = rotationOf(parts.keyring, { record: () => Promise.reject(new Error('away')) });
    await expect(killed.rotate('key/1/ops')).rejects.toThrow('away');
    expect(readKeyFile(parts.path)).toHaveLength(2);
    expect(await parts.rotation.rotate('key/1/ops')).toMatchObject({ resealed: 6, formerKeys: 0 });
    expect(readKeyFile(parts.path)).toHaveLength(1);
    expect(await acts()).toMatchObject([{ actor: 'key/1/ops' }]);
    expect(await opened(parts)).toEqual([3, 3]);
  });

  it('seals every secret and every kept rejection again, and forgets the former key', async () => {
    const parts = await setUp();
    const former = parts.keyring.keyId;
    const result = await parts.rotation.rotate('key/1/ops');
    expect(result).toEqual({ keyId: parts.keyring.keyId, resealed: 6, unreadable: 0, formerKeys: 0 });
    expect(result.keyId).not.toBe(former);
    expect(readKeyFile(parts.path)).toHaveLength(1);
    expect(await opened(parts)).toEqual([3, 3]);
    expect(await acts()).toMatchObject([{ actor: 'key/1/ops', subject: result.keyId, detail: result }]);
  });

  // A crash is a call of the store that never comes back; what counts is what lies on the disk and in the rows then.
  it.each([1, 2, 3, 4])(
    'loses nothing when it ends before its %i. write, and is finished by the next',
    async (nth) => {
      const parts = await setUp();
      let writes = 0;
      const dying = <T extends object>(rows: T): T =>
        new Proxy(rows, {
          get: (target, name: keyof T & string) => {
            const method = target[name];
            if (typeof method !== 'function') return method;
            return (...given: unknown[]): unknown => {
              if (name === 'reseal' && ++writes >= nth) throw new Error('killed');
              return (method as (...all: unknown[]) => unknown).apply(target, given);
            };
          },
        });
      const first = rotationOf(parts.keyring, audit, dying(store), dying(rejections));
      await expect(first.rotate('bootstrap')).rejects.toThrow('killed');
      expect(readKeyFile(parts.path)).toHaveLength(2);
      expect(await opened(parts)).toEqual([3, 3]);

      const restarted = Keyring.open(parts.path, { isOwn: true });
      const second = rotationOf(restarted);
      expect(await second.rotate('bootstrap')).toMatchObject({ resealed: 6, formerKeys: 0 });
      expect(await opened(parts)).toEqual([3, 3]);
    },
  );

  it('waits for a secret that is just being stored under the former key', async () => {
    const parts = await setUp();
    const client = await db.database.pool.connect();
    await client.query('begin; lock table source_secret in share row exclusive mode');
    const adding = parts.secrets.add('ampeco', 'late', 'token-that-comes-late', 'bootstrap');
    await eventually(
      () =>
        db.database.pool.query(`select from pg_locks where not granted and mode = 'ShareRowExclusiveLock'`),
      ({ rowCount }) => rowCount === 1, // it is sealed, and waits for its row
    );
    const rotating = parts.rotation.rotate('bootstrap');
    await new Promise((resolve) => setImmediate(resolve));
    await client.query('rollback');
    client.release();
    await adding;
    expect(await rotating).toMatchObject({ resealed: 7, unreadable: 0 });
    const late = (await store.listLive()).find(({ name }) => name === 'late');
    expect(late?.sealed.keyId).toBe(parts.keyring.keyId);
  });

  it('takes two who ask at once one after the other', async () => {
    const parts = await setUp();
    const results = await Promise.all([parts.rotation.rotate('a'), parts.rotation.rotate('b')]);
    expect(results.map(({ resealed }) => resealed)).toEqual([6, 6]);
    expect(results[0]?.keyId).not.toBe(results[1]?.keyId);
    expect(await opened(parts)).toEqual([3, 3]);
  });

  it('leaves alone, and counts, what no key opens', async () => {
    const parts = await setUp();
    const [row] = await store.listLive();
    const alien = { keyId: 'alien', bytes: randomBytes(60) };
    if (row !== undefined) await store.reseal(row.id, row.sealed, alien);
    expect(await parts.rotation.rotate('bootstrap')).toMatchObject({ resealed: 5, unreadable: 1 });
    expect((await store.listLive())[0]?.sealed).toEqual(alien);
  });
});

describe('rotation of the operator’s keys', () => {
  it('asks for a new key first, and changes nothing until there is one', async () => {
    const parts = await setUp({ isOwn: false });
    const before = readKeyFile(parts.path);
    await expect(parts.rotation.rotate('bootstrap')).rejects.toMatchObject({ code: 'conflict' });
    expect(readKeyFile(parts.path)).toEqual(before);
    expect(await acts()).toEqual([]);
  });

  it('reads the new first key, seals all with it and leaves the file as it is', async () => {
    const parts = await setUp({ isOwn: false });
    const keys = [randomBytes(32), ...readKeyFile(parts.path)];
    writeKeyFile(parts.path, keys);
    const result = await parts.rotation.rotate('bootstrap');
    expect(result).toEqual({ keyId: Keyring.of(keys).keyId, resealed: 6, unreadable: 0, formerKeys: 1 });
    expect(readKeyFile(parts.path)).toEqual(keys);
    writeKeyFile(parts.path, keys.slice(0, 1)); // as the operator is told to do afterwards
    expect(await opened(parts)).toEqual([3, 3]);
    expect(await parts.rotation.rotate('bootstrap').catch((error: { code: string }) => error.code)).toBe(
      'conflict',
    );
  });

  it('says that nothing is stored where no key is set', async () => {
    await expect(rotationOf(undefined).rotate('bootstrap')).rejects.toMatchObject({ code: 'conflict' });
  });
});
