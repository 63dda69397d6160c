import { createHash } from 'node:crypto';
import { GatewayError, newDeliveryKey } from '@chargelog/domain';
import { MemoryKeyStore } from '@chargelog/testing';
import { describe, expect, it } from 'vitest';
import { generateKey } from './admin-key.js';
import { KeyDesk } from './key-desk.js';
import { KeyDirectory } from './key-directory.js';

const MINUTE_MS = 60_000;

/** A store, the instance that administers it, and another instance. */
function setUp() {
  let now = Date.UTC(2026, 2, 14, 9);
  const clock = (): number => now;
  const store = new MemoryKeyStore(['acme'], undefined, clock);
  const desk = new KeyDesk(store, new KeyDirectory(store, clock), clock);
  const directory = new KeyDirectory(store, clock);
  const create = (parts: { readonly tenants?: string[]; readonly expiresAt?: number } = {}) =>
    desk.create(
      {
        name: newDeliveryKey(now),
        scopes: ['events:read'],
        tenants: undefined,
        expiresAt: undefined,
        ...parts,
      },
      'bootstrap',
    );
  return { store, desk, directory, create, pass: (ms: number) => (now += ms), clock };
}

describe('KeyDirectory', () => {
  it('knows who holds a key', async () => {
    const { directory, create } = setUp();
    const { key, text } = await create({ tenants: ['acme'] });
    expect(await directory.find(text)).toEqual({
      actor: `key/${key.id}/${key.name}`,
      scopes: ['events:read'],
      tenants: ['acme'],
    });
  });

  it.each([
    ['another key', () => generateKey('clk')],
    ['a key in other letters', (text: string) => text.toUpperCase().replace('CLK_', 'clk_')],
    ['a key cut short', (text: string) => text.slice(0, -1)],
    ['a longer key', (text: string) => `${text}A`],
    ['its hash', (text: string) => `clk_${createHash('sha256').update(text).digest('base64url')}`],
    ['nothing', () => ''],
  ])('knows nobody for %s', async (_, of) => {
    const { directory, create } = setUp();
    const { text } = await create();
    expect(await directory.find(of(text))).toBeUndefined();
  });

  it('does not ask the store for what is no key', async () => {
    const { store, directory } = setUp();
    await directory.find(`Bearer ${'x'.repeat(10_000)}`);
    expect(store.reads).toBe(0);
  });

  it('asks the store at most four times a second, whatever is guessed, and once for many at a time', async () => {
    const { store, directory, pass } = setUp();
    for (let n = 0; n < 100; n += 1) {
      await Promise.all([directory.find(generateKey('clk')), directory.find(generateKey('clk'))]);
      pass(10);
    }
    expect(store.reads).toBeLessThanOrEqual(4);
  });

  it('finds a key that another instance made a moment ago', async () => {
    const { directory, create, pass } = setUp();
    await directory.find(generateKey('clk'));
    const { text } = await create();
    pass(250);
    expect(await directory.find(text)).toBeDefined();
  });

  it('believes what it knows for three seconds, then sees what another instance revoked', async () => {
    const { store, directory, create, pass } = setUp();
    const { key, text } = await create();
    await directory.find(text);
    await store.revoke(key.id, 'another instance');
    pass(2_999);
    expect(await directory.find(text)).toBeDefined();
    pass(1);
    expect(await directory.find(text)).toBeUndefined();
  });

  it('goes on for a while when the store is away, less than five seconds in all, then says so', async () => {
    const { store, directory, create, pass } = setUp();
    const { text } = await create();
    await directory.find(text);
    store.failure = new GatewayError('store-away', 'away');
    pass(4_400);
    expect(await directory.find(text)).toBeDefined();
    pass(200);
    await expect(directory.find(text)).rejects.toMatchObject({ code: 'store-away', retryAfter: 1 });
    store.failure = undefined;
    expect(await directory.find(text)).toBeDefined();
  });

  it('passes on an error that is no absence', async () => {
    const { store, directory } = setUp();
    store.failure = new TypeError('a mistake');
    await expect(directory.find(generateKey('clk'))).rejects.toThrow(TypeError);
  });

  it('ends a key at the moment it expires, though it was read before', async () => {
    const { directory, create, pass, clock } = setUp();
    const { text } = await create({ expiresAt: clock() + 1_000 });
    expect(await directory.find(text)).toBeDefined();
    pass(1_000);
    expect(await directory.find(text)).toBeUndefined();
  });

  it('counts nothing that it read before it was told to forget', async () => {
    const { store, directory, create } = setUp();
    const { key, text } = await create();
    const underWay = directory.find(text); // reads the key
    await store.revoke(key.id, 'this instance');
    directory.forget();
    await underWay;
    expect(await directory.find(text)).toBeUndefined();
  });

  it('notes a use once a minute', async () => {
    const { store, directory, create, pass, clock } = setUp();
    const { key, text } = await create();
    const use = async (): Promise<number | undefined> => {
      await directory.find(text);
      await settled();
      return (await store.list()).find(({ id }) => id === key.id)?.lastUsedAt;
    };
    const first = clock();
    expect(await use()).toBe(first);
    pass(MINUTE_MS - 1);
    expect(await use()).toBe(first);
    pass(1);
    expect(await use()).toBe(clock());
  });

  it('lets a call pass whose use cannot be noted, and notes the next one', async () => {
    const { store, create } = setUp();
    const { key, text } = await create();
    const noted: string[] = [];
    const directory = new KeyDirectory({
      listActive: () => store.listActive(),
      touch: (id) => (noted.push(id), Promise.reject(new GatewayError('store-away', 'away'))),
    });
    for (let n = 0; n < 2; n += 1) {
      expect(await directory.find(text)).toBeDefined();
      await settled();
    }
    expect(noted).toEqual([key.id, key.id]);
  });
});

/** What nobody waits for has happened: the stores of these tests need no more than a few microtasks. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
