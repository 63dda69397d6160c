import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import type { GatewayProcess } from '@test/gateway-process.js';
import { startInstances, type Instances } from '@test/instances.js';
import { makeKey, type Key } from '@test/make-key.js';
import type { TestDatabase } from '@test/test-database.js';

let instances: Instances | undefined;
let db: TestDatabase;
let first: GatewayProcess;
let second: GatewayProcess;
beforeAll(async () => {
  instances = await startInstances();
  ({ db, first, second } = instances);
});
afterAll(() => instances?.close());

const statusAs = async (gateway: GatewayProcess, key: string, path = '/v1/events'): Promise<number> =>
  (await gateway.api(path, { key })).status;

const lastUsed = async (keyId: string): Promise<string | null | undefined> =>
  (await first.api<{ data: readonly Key[] }>('/v1/keys')).body.data.find((one) => one.keyId === keyId)
    ?.lastUsedAt;

/** The horizon is asked for only while a reader waits. */
const waitingReaders = async (): Promise<number> => {
  const { rows } = await db.database.pool.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and query like '%feed_horizon%'
        and pid <> pg_backend_pid() and state_change > clock_timestamp() - interval '1 second'`,
  );
  return rows[0]?.n ?? 0;
};

describe('an API key', () => {
  it('opens what its scopes name, on every instance, and nothing else', async () => {
    const { key } = await makeKey(first, ['events:read'], { name: 'reader' });
    expect(key).toMatch(/^clk_[\w-]{43}$/);
    for (const gateway of [first, second]) {
      expect(await statusAs(gateway, key)).toBe(200);
      for (const path of ['/v1/keys', '/v1/audit', '/v1/quarantine', '/v1/replays', '/metrics'])
        expect(await statusAs(gateway, key, path), path).toBe(403);
    }
  });

  it('is told once, and never again', async () => {
    const { key, keyId } = await makeKey(first, ['events:read']);
    const { body: list } = await second.api<{ data: readonly Key[] }>('/v1/keys');
    expect(list.data.map((one) => one.keyId)).toContain(keyId);
    expect(JSON.stringify(list)).not.toContain(key.slice(11));
    const { rows } = await db.database.pool.query<{ row: string }>('select k::text as row from api_key k');
    expect(rows.map(({ row }) => row).join()).not.toContain(key.slice(11));
  });

  it('shows when it was used last', async () => {
    const { key, keyId } = await makeKey(first, ['events:read']);
    expect(await lastUsed(keyId)).toBeNull();
    await statusAs(second, key);
    const at = await eventually(
      () => lastUsed(keyId),
      (seen) => typeof seen === 'string',
    );
    expect(Math.abs(new Date(at ?? 0).getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('ends when it expires', async () => {
    const expiresAt = new Date(Date.now() + 4_000).toISOString();
    const { key } = await makeKey(first, ['events:read'], { expiresAt });
    expect(await statusAs(second, key)).toBe(200);
    await eventually(
      () => statusAs(second, key),
      (status) => status === 401,
    );
    expect(Date.now()).toBeGreaterThanOrEqual(new Date(expiresAt).getTime());
  });

  it('ends at once where it is revoked, and within 5 s on another instance that uses it all the time', async () => {
    const { key, keyId } = await makeKey(first, ['events:read']);
    expect(await statusAs(second, key)).toBe(200);
    await eventually(
      () => lastUsed(keyId),
      (seen) => typeof seen === 'string', // noted behind the answer; after this the row changes no more
    );
    const revoked = await first.api<Key>(`/v1/keys/${keyId}`, { method: 'DELETE' });
    const revokedAt = performance.now();
    expect(revoked.body.revokedAt).not.toBeNull();
    expect(await statusAs(first, key)).toBe(401);
    await eventually(
      () => statusAs(second, key),
      (status) => status === 401,
    );
    expect(performance.now() - revokedAt).toBeLessThan(5_000);
    expect((await first.api<Key>(`/v1/keys/${keyId}`, { method: 'DELETE' })).body).toEqual(revoked.body);
  });

  it('that is revoked or expires ends a feed read that waits within 5 s, on every instance', async () => {
    const expiresAt = Date.now() + 5_000;
    const { key, keyId } = await makeKey(first, ['events:read']);
    const short = await makeKey(first, ['events:read'], { expiresAt: new Date(expiresAt).toISOString() });
    const { body } = await first.api<{ next: string }>('/v1/feed?after=end', { key });
    const wait = async (gateway: GatewayProcess, by: string): Promise<{ status: number; at: number }> => {
      const { status } = await gateway.api(`/v1/feed?after=${body.next}&wait=60`, { key: by });
      return { status, at: Date.now() };
    };
    const expired = [wait(first, short.key), wait(second, short.key)];
    const revoked = [wait(first, key), wait(second, key)];
    await eventually(waitingReaders, (waiting) => waiting > 0);
    await first.api(`/v1/keys/${keyId}`, { method: 'DELETE' });
    const revokedAt = Date.now();
    for (const { status, at } of await Promise.all(revoked)) {
      expect(status).toBe(401);
      expect(at - revokedAt).toBeLessThan(5_000);
    }
    for (const { status, at } of await Promise.all(expired)) {
      expect(status).toBe(401);
      expect(at).toBeGreaterThanOrEqual(expiresAt);
      expect(at - expiresAt).toBeLessThan(5_000);
    }
  });

  it.each([
    ['a name in use', { name: 'reader', scopes: ['events:read'] }, 409],
    ['no scope', { name: 'x', scopes: [] }, 400],
    ['an unknown scope', { name: 'x', scopes: ['root'] }, 400],
    ['an unknown tenant', { name: 'x', scopes: ['events:read'], tenants: ['gamma'] }, 400],
    ['tenants and admin', { name: 'x', scopes: ['admin'], tenants: ['acme'] }, 400],
    ['an end in the past', { name: 'x', scopes: ['events:read'], expiresAt: '2020-01-01' }, 400],
    ['a control character in its name', { name: 'a\nb', scopes: ['events:read'] }, 400],
    ['a member nobody knows', { name: 'x', scopes: ['events:read'], tenant: 'acme' }, 400],
  ])('is not made with %s', async (_, wanted, status) => {
    expect((await first.api('/v1/keys', { method: 'POST', body: wanted })).status).toBe(status);
  });

  it('that does not exist is answered later and later, while valid ones go on', async () => {
    const { key } = await makeKey(first, ['events:read']);
    const wrong = (): Promise<number> => statusAs(second, `clk_${randomBytes(32).toString('base64url')}`);
    expect(await Promise.all(Array.from({ length: 10 }, wrong))).toEqual(Array(10).fill(401));
    let held = 0;
    const slowed = Array.from({ length: 10 }, async () => {
      held += 1;
      const status = await wrong();
      held -= 1;
      return status;
    });
    for (let n = 0; n < 3; n += 1) expect(await statusAs(second, key)).toBe(200);
    expect(held).toBeGreaterThan(0);
    expect(await Promise.all(slowed)).toEqual(Array(10).fill(401));
  });
});
