import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '@chargelog/domain';
import { unique } from '@test/drafts.js';
import { FakeKeyStore } from '@test/memory/fake-key-store.js';
import { generateKey } from '@chargelog/features/process';
import { KeyService } from './key.service.js';
import { KeyDirectory } from './key-directory.js';

const MINUTE_MS = 60_000;

/** A store, the instance that administers it, and another instance. */
function setUp() {
  const store = new FakeKeyStore();
  const service = new KeyService(store, new KeyDirectory(store));
  const directory = new KeyDirectory(store);
  const create = (parts: { readonly tenants?: string[]; readonly expiresAt?: number } = {}) =>
    service.create(
      {
        name: `key ${unique()}`,
        scopes: ['events:read'],
        tenants: undefined,
        expiresAt: undefined,
        ...parts,
      },
      'bootstrap',
    );
  return { store, directory, create };
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('KeyDirectory', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('knows who holds a key', async () => {
    const { directory, create } = setUp();
    const { key, text } = await create({ tenants: ['acme'] });
    expect(await directory.find(text)).toMatchObject({
      actor: `key/${key.id}/${key.name}`,
      scopes: ['events:read'],
      tenants: ['acme'],
    });
  });

  it('tells a caller in the middle of a long answer when its key is revoked, and when it expires', async () => {
    const { store, directory, create } = setUp();
    const revoked = await create();
    const expiring = await create({ expiresAt: Date.now() + MINUTE_MS });
    const callers = [await directory.find(revoked.text), await directory.find(expiring.text)];
    const areLive = () => Promise.all(callers.map(async (caller) => caller?.isLive?.()));
    expect(await areLive()).toEqual([true, true]);
    await store.revoke(revoked.key.id);
    await pass(3_000);
    expect(await areLive()).toEqual([false, true]);
    await pass(MINUTE_MS);
    expect(await areLive()).toEqual([false, false]);
  });

  it('does not let a revoked key work for longer when the clock is set back', async () => {
    const { store, directory, create } = setUp();
    const { key, text } = await create();
    expect(await directory.find(text)).toBeDefined();
    await store.revoke(key.id);
    vi.setSystemTime(Date.now() - 60 * MINUTE_MS);
    await pass(3_000);
    expect(await directory.find(text)).toBeUndefined();
  });

  it('does not let a caller with an unknown key wait for the clock that was set back', async () => {
    const { directory, create } = setUp();
    const { text } = await create();
    await directory.find(text);
    vi.setSystemTime(Date.now() - 60 * MINUTE_MS);
    const answer = directory.find(generateKey('clk'));
    await pass(250);
    expect(await answer).toBeUndefined();
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

  it('asks the store at most four times a second, whatever is guessed', async () => {
    const { store, directory } = setUp();
    const answers: Promise<unknown>[] = [];
    for (let n = 0; n < 100; n += 1) {
      answers.push(directory.find(generateKey('clk')), directory.find(generateKey('clk')));
      await pass(10);
    }
    await pass(250);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([undefined]));
    expect(store.reads).toBeGreaterThan(1);
    expect(store.reads).toBeLessThanOrEqual(6);
  });

  it('finds a key that another instance made a moment ago', async () => {
    const { directory, create } = setUp();
    await directory.find(generateKey('clk'));
    await pass(1);
    const { text } = await create();
    const found = directory.find(text);
    await pass(250);
    expect(await found).toBeDefined();
  });

  it('believes what it knows for three seconds, then sees what another instance revoked', async () => {
    const { store, directory, create } = setUp();
    const { key, text } = await create();
    await directory.find(text);
    await store.revoke(key.id);
    await pass(2_999);
    expect(await directory.find(text)).toBeDefined();
    await pass(1);
    expect(await directory.find(text)).toBeUndefined();
  });

  it('goes on for a while when the store is away, less than five seconds in all, then says so', async () => {
    const { store, directory, create } = setUp();
    const { text } = await create();
    await directory.find(text);
    store.failure = new GatewayError('store-away', 'away');
    await pass(4_400);
    expect(await directory.find(text)).toBeDefined();
    await pass(200);
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
    const { directory, create } = setUp();
    const { text } = await create({ expiresAt: Date.now() + 1_000 });
    expect(await directory.find(text)).toBeDefined();
    await pass(1_000);
    expect(await directory.find(text)).toBeUndefined();
  });

  it('counts nothing that it read before it was told to forget', async () => {
    const { store, directory, create } = setUp();
    const { key, text } = await create();
    const underWay = directory.find(text); // reads the key
    await store.revoke(key.id);
    directory.forget();
    await underWay;
    expect(await directory.find(text)).toBeUndefined();
  });

  it('notes a use once a minute', async () => {
    const { store, directory, create } = setUp();
    const { key, text } = await create();
    const use = async (): Promise<number | undefined> => {
      await directory.find(text);
      await settled();
      return (await store.list()).find(({ id }) => id === key.id)?.lastUsedAt;
    };
    const first = Date.now();
    expect(await use()).toBe(first);
    await pass(MINUTE_MS - 1);
    expect(await use()).toBe(first);
    await pass(1);
    expect(await use()).toBe(Date.now());
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
