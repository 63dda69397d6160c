import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuidV7 } from '@chargelog/domain';
import { AuditLog } from '@chargelog/features/audit';
import { registerSources } from '@chargelog/features/sources';
import { unique } from '@test/drafts.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { KeyStore, type NewApiKey } from './key.store.js';

let db: TestDatabase;
let store: KeyStore;
let audit: AuditLog;
beforeAll(async () => {
  db = await createTestDatabase();
  const { dataSource } = db.database;
  await registerSources(dataSource, [
    { name: 'a', kind: 'webhook', tenant: 'acme' },
    { name: 'b', kind: 'webhook', tenant: 'beta' },
  ]);
  store = new KeyStore(dataSource);
  audit = new AuditLog(dataSource);
});
afterAll(() => db.drop());

function aKey(parts: Partial<NewApiKey> = {}): NewApiKey {
  const text = `clk_${unique()}`;
  return {
    id: newUuidV7(Date.now()),
    name: text,
    prefix: text.slice(0, 10),
    hash: createHash('sha256').update(text).digest(),
    scopes: ['events:read'],
    tenants: undefined,
    expiresAt: undefined,
    ...parts,
  };
}

describe('KeyStore', () => {
  const active = async (id: string) => (await store.listActive()).find((key) => key.id === id);

  it('returns a key as it was given, in every list, the hash to those who check only', async () => {
    const expiresAt = Date.now() + 3_600_000;
    const key = aKey({ scopes: ['events:read', 'replays'], tenants: ['beta', 'acme'], expiresAt });
    const before = Date.now();
    const made = await store.create(key, 'bootstrap');
    const { hash, ...shown } = key;
    expect(made).toEqual({
      ...shown,
      createdAt: expect.any(Number) as number,
      revokedAt: undefined,
      lastUsedAt: undefined,
    });
    expect(made.createdAt).toBeGreaterThanOrEqual(before - 1_000);
    expect((await store.list()).find(({ id }) => id === key.id)).toEqual(made);
    expect(await active(key.id)).toEqual({ ...made, hash });
  });

  it('gives a name to one of many who ask for it at once, and writes one act', async () => {
    const name = `wanted ${unique()}`;
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => store.create(aKey({ name }), 'bootstrap')),
    );
    const refused = answers.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(Array(7).fill('conflict'));
    const acts = (await audit.page(200)).filter(({ detail }) => detail['name'] === name);
    expect(acts.map(({ action }) => action)).toEqual(['key.create']);
  });

  it('refuses a tenant nobody has, and creates nothing', async () => {
    const key = aKey({ tenants: ['acme', 'nobody'] });
    await expect(store.create(key, 'bootstrap')).rejects.toMatchObject({ code: 'invalid-body' });
    expect(await active(key.id)).toBeUndefined();
  });

  it('revokes once: what was revoked stays as it was, and its name is free', async () => {
    const key = aKey();
    await store.create(key, 'bootstrap');
    const revoked = await store.revoke(key.id, 'key/1/ops');
    expect(revoked?.revokedAt).toEqual(expect.any(Number));
    expect(await store.revoke(key.id, 'somebody else')).toEqual(revoked);
    expect(await active(key.id)).toBeUndefined();
    expect((await store.list()).at(-1)).toEqual(revoked);
    await store.create(aKey({ name: key.name }), 'bootstrap');
    const acts = (await audit.page(200)).filter(({ subject }) => subject === key.id);
    expect(acts.map(({ action, actor }) => [action, actor])).toEqual([
      ['key.revoke', 'key/1/ops'],
      ['key.create', 'bootstrap'],
    ]);
    expect(await store.revoke(newUuidV7(Date.now()), 'bootstrap')).toBeUndefined();
  });

  it('lists an expired key, but not as active', async () => {
    const key = aKey({ expiresAt: Date.now() - 1_000 });
    await store.create(key, 'bootstrap');
    expect(await active(key.id)).toBeUndefined();
    expect((await store.list()).some(({ id }) => id === key.id)).toBe(true);
  });

  it('notes a use, and within a minute not again', async () => {
    const key = aKey();
    await store.create(key, 'bootstrap');
    await store.touch(key.id);
    const first = (await active(key.id))?.lastUsedAt;
    expect(first).toEqual(expect.any(Number));
    await store.touch(key.id);
    expect((await active(key.id))?.lastUsedAt).toBe(first);
    await store.touch(newUuidV7(Date.now()));
  });

  it('holds at most 1,000 live keys, and says so', async () => {
    await db.database.pool.query(
      `delete from api_key;
       insert into api_key (id, name, hash, prefix, scopes)
       select gen_random_uuid(), 'key ' || n, sha256(n::text::bytea), 'clk_', '{events:read}' from generate_series(1, 1000) n`,
    );
    await expect(store.create(aKey(), 'bootstrap')).rejects.toMatchObject({ code: 'conflict' });
    const [first] = await store.list();
    await store.revoke(first?.id ?? '', 'bootstrap');
    await store.create(aKey(), 'bootstrap');
    expect(await store.listActive()).toHaveLength(1_000);
  });
});
