import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newUuidV7 } from '@chargelog/domain';
import { FakeKeyStore } from '@test/memory/fake-key-store.js';
import { KeyService } from './key.service.js';
import { KeyDirectory } from './key-directory.js';
import { SCOPES, type Scope } from '@chargelog/http';

const NOW = Date.UTC(2026, 2, 14, 9);

function setUp() {
  const store = new FakeKeyStore();
  const directory = new KeyDirectory(store);
  const service = new KeyService(store, directory);
  const create = (parts: { scopes?: readonly Scope[]; tenants?: string[]; expiresAt?: number } = {}) =>
    service.create(
      { name: 'billing', scopes: ['events:read'], tenants: undefined, expiresAt: undefined, ...parts },
      'bootstrap',
    );
  return { store, directory, service, create };
}

describe('KeyService', () => {
  beforeEach(() => vi.useFakeTimers({ now: NOW, toFake: ['Date'] }));
  afterEach(() => vi.useRealTimers());

  it('makes a key that is in use at once, and keeps nothing of it but its hash and its beginning', async () => {
    const { store, directory, create } = setUp();
    await directory.find(`clk_${'A'.repeat(43)}`); // what is known is of a moment ago
    const { key, text } = await create();
    expect(text).toMatch(/^clk_[A-Za-z0-9_-]{43}$/);
    expect(key.prefix).toBe(text.slice(0, 10));
    expect(await directory.find(text)).toMatchObject({ actor: `key/${key.id}/billing` });
    const [active] = await store.listActive();
    expect(active?.hash).toEqual(createHash('sha256').update(text).digest());
    expect(JSON.stringify(active)).not.toContain(text.slice(11));
  });

  it('revokes at once', async () => {
    const { directory, service, create } = setUp();
    const { key, text } = await create();
    expect(await directory.find(text)).toBeDefined();
    expect(await service.revoke(key.id.toUpperCase(), 'bootstrap')).toMatchObject({ revokedAt: NOW });
    expect(await directory.find(text)).toBeUndefined();
    expect(await service.list()).toMatchObject([{ id: key.id, revokedAt: NOW }]);
  });

  it.each(['', 'billing', `${newUuidV7(NOW)}0`, newUuidV7(NOW)])('has no key "%s" to revoke', async (id) => {
    await expect(setUp().service.revoke(id, 'bootstrap')).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each([NOW - 1, NOW])('makes no key that has expired already', async (expiresAt) => {
    const { store, create } = setUp();
    await expect(create({ expiresAt })).rejects.toMatchObject({
      code: 'invalid-body',
      errors: [{ name: 'expiresAt' }],
    });
    expect(await store.list()).toEqual([]);
  });

  // Written out: a new scope has to be thought about here.
  const LIMITABLE: readonly Scope[] = ['events:read', 'events:read-sensitive', 'consumers', 'replays'];
  it.each(SCOPES)('limits %s to tenants only where it shows one tenant only', async (scope) => {
    const { create } = setUp();
    const created = create({ scopes: ['events:read', scope], tenants: ['acme'] });
    if (LIMITABLE.includes(scope)) expect((await created).key.tenants).toEqual(['acme']);
    else await expect(created).rejects.toMatchObject({ code: 'invalid-body', errors: [{ name: 'scopes' }] });
  });

  it('gives a key without tenants every scope', async () => {
    expect((await setUp().create({ scopes: SCOPES })).key.scopes).toEqual(SCOPES);
  });
});
