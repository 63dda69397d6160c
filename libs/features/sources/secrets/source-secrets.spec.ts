import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { GatewayError, type Source } from '@chargelog/domain';
import { FakeSourceSecretStore } from '@test/memory/fake-source-secret-store.js';
import { fingerprintOf } from './fingerprint.js';
import { Keyring } from '@chargelog/features/sealing';
import type { PlainSecret } from './secrets-in-use.js';
import { SourceSecrets } from './source-secrets.js';

const SOURCE: Source = { id: 1, name: 'ampeco', kind: 'webhook', tenant: 'acme', tenantId: 1 };
const KAFKA: Source = { id: 2, name: 'topics', kind: 'kafka', tenant: 'acme', tenantId: 1 };
const YAML: readonly PlainSecret[] = [{ name: 'yaml', value: 'token-of-the-yaml-file' }];
const SPRING = 'token-of-this-spring';

interface Instance {
  readonly secrets: SourceSecrets;
  /** What verifies deliveries at this moment. */
  readonly inUse: () => readonly PlainSecret[];
  readonly said: string[];
}

/** Several instances over one store and one key file. */
function setUp({ keyring }: { keyring: Keyring | undefined } = { keyring: Keyring.of([randomBytes(32)]) }) {
  const store = new FakeSourceSecretStore([SOURCE, KAFKA]);
  const start = async (secrets: readonly PlainSecret[] = YAML, keys = keyring): Promise<Instance> => {
    const said: string[] = [];
    let inUse = secrets;
    const own = new SourceSecrets({
      store,
      keyring: keys,
      configured: [{ source: SOURCE, secrets }],
      sink: { replaceSecrets: (_source, now) => (inUse = now) },
      log: (level, message) => said.push(`${level} ${message}`),
    });
    await own.copyIn();
    await own.start();
    onTestFinished(() => own.close());
    return { secrets: own, inUse: () => inUse, said };
  };
  return { store, start };
}

const names = (secrets: readonly PlainSecret[]): string[] => secrets.map(({ name }) => name);
const nextLook = (): Promise<unknown> => vi.advanceTimersByTimeAsync(2_000);
const listed = async ({ secrets }: Instance) =>
  (await secrets.list()).find(({ source }) => source === SOURCE)?.secrets;

describe('SourceSecrets', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('stores configured secrets sealed and uses them at once', async () => {
    const { store, start } = setUp();
    const instance = await start();
    expect(instance.inUse()).toEqual(YAML);
    const [row] = await store.listLive();
    expect(row).toMatchObject({ name: 'yaml', origin: 'configuration' });
    expect(row?.sealed.bytes.includes('yaml-file')).toBe(false);
  });

  it('uses a secret that was added on another instance after its next look', async () => {
    const { start } = setUp();
    const [one, other] = [await start(), await start()];
    expect(await one.secrets.add('ampeco', 'spring', SPRING, 'bootstrap')).toMatchObject({
      name: 'spring',
      fingerprint: fingerprintOf(SPRING),
      origin: 'api',
      stored: true,
      readable: true,
      lastSignedAt: undefined,
    });
    await nextLook();
    for (const instance of [one, other])
      expect(instance.inUse()).toEqual([...YAML, { name: 'spring', value: SPRING }]);
    await other.secrets.retire('ampeco', 'spring', 'bootstrap');
    await nextLook();
    for (const instance of [one, other]) expect(names(instance.inUse())).toEqual(['yaml']);
  });

  it.each([
    ['an unknown source', 'nobody', 'x', SPRING, 'not-found'],
    ['a Kafka source', 'topics', 'x', SPRING, 'conflict'],
    ['a name of the configuration', 'ampeco', 'yaml', SPRING, 'conflict'],
    ['the secret of the configuration', 'ampeco', 'x', 'token-of-the-yaml-file', 'conflict'],
  ])('does not add to %s', async (_, source, name, value, code) => {
    const { store, start } = setUp();
    const { secrets } = await start();
    await expect(secrets.add(source, name, value, 'bootstrap')).rejects.toMatchObject({ code });
    expect(await store.listLive()).toHaveLength(1);
  });

  it('shows a value in no error', async () => {
    const { start } = setUp();
    const { secrets } = await start();
    await secrets.add('ampeco', 'spring', SPRING, 'bootstrap');
    for (const [name, value] of [
      ['spring', 'another-token-1'],
      ['other', SPRING],
    ] as const) {
      const error: unknown = await secrets.add('ampeco', name, value, 'bootstrap').catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'conflict' });
      expect((error as Error).message).not.toContain(value);
    }
  });

  it('retires what was added, says how what is configured goes, and knows nothing else', async () => {
    const { start } = setUp();
    const { secrets } = await start();
    await expect(secrets.retire('ampeco', 'yaml', 'bootstrap')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('YAML') as string,
    });
    await expect(secrets.retire('ampeco', 'nothing', 'bootstrap')).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(secrets.retire('nobody', 'yaml', 'bootstrap')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('retires what is no longer configured at the next start', async () => {
    const { store, start } = setUp();
    await (await start()).secrets.close();
    const again = await start([{ name: 'new', value: 'another-token-of-the-yaml' }]);
    expect(names(again.inUse())).toEqual(['new']);
    expect((await store.listLive()).map(({ name }) => name)).toEqual(['new']);
  });

  it('keeps using its own configuration, whatever another instance with an older one does', async () => {
    const { start } = setUp();
    const renewed = await start([...YAML, { name: 'new', value: 'a-newer-token-0001' }]);
    await start(YAML);
    await nextLook();
    expect(names(renewed.inUse())).toEqual(['yaml', 'new']);
  });

  it('keeps two secrets of one name apart', async () => {
    const { start } = setUp();
    const one = await start();
    await one.secrets.add('ampeco', 'spring', SPRING, 'bootstrap');
    const other = await start([{ name: 'spring', value: 'a-token-of-that-name' }]);
    await nextLook();
    expect(names(other.inUse())).toEqual(['spring', `spring+${fingerprintOf(SPRING)}`]);
  });

  it('says of each secret when it signed last, of a new one of an old name too', async () => {
    const { start } = setUp();
    const one = await start();
    await one.secrets.add('ampeco', 'spring', SPRING, 'bootstrap');
    await nextLook();
    one.secrets.noteSigned('ampeco', 'spring', 5_000_000);
    one.secrets.noteSigned('ampeco', 'yaml', 6_000_000);
    expect((await listed(one))?.map(({ name, lastSignedAt }) => [name, lastSignedAt])).toEqual([
      ['yaml', 6_000_000],
      ['spring', 5_000_000],
    ]);
    const other = await start();
    await nextLook();
    expect((await listed(other))?.map(({ lastSignedAt }) => lastSignedAt)).toEqual([6_000_000, 5_000_000]);

    await one.secrets.retire('ampeco', 'spring', 'bootstrap');
    await one.secrets.add('ampeco', 'spring', 'the-token-that-replaces-it', 'bootstrap');
    await nextLook();
    expect((await listed(one))?.[1]).toMatchObject({ name: 'spring', lastSignedAt: undefined });
  });

  it('says it of the configured row where the same secret was added before', async () => {
    const { start } = setUp();
    const before = await start([]);
    await before.secrets.add('ampeco', 'by-api', YAML[0]?.value ?? '', 'bootstrap');
    const after = await start();
    after.secrets.noteSigned('ampeco', 'yaml', 7_000_000);
    expect(names(after.inUse())).toEqual(['yaml']);
    expect((await listed(after))?.map(({ name, lastSignedAt }) => [name, lastSignedAt])).toEqual([
      ['by-api', undefined],
      ['yaml', 7_000_000],
    ]);
  });

  it('goes on with what it knows while the store is away, saying so once', async () => {
    const { store, start } = setUp();
    const instance = await start();
    store.failure = new GatewayError('store-away', 'away');
    for (let n = 0; n < 5; n += 1) await nextLook();
    expect(instance.inUse()).toEqual(YAML);
    expect(instance.said.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    store.failure = undefined;
    await nextLook();
    expect(instance.said.at(-1)).toBe('info source secrets can be read again');
  });

  it('looks once at a time, however long the store takes', async () => {
    const { store, start } = setUp();
    await start();
    let looks = 0;
    const listLive = store.listLive.bind(store);
    let answer: () => void = () => undefined;
    store.listLive = async () => {
      looks += 1;
      await new Promise<void>((resolve) => (answer = resolve));
      return listLive();
    };
    for (let n = 0; n < 50; n += 1) await nextLook();
    expect(looks).toBe(1);
    store.listLive = listLive;
    answer();
    await nextLook();
  });

  it('does not use, and says once, what its keys do not open', async () => {
    const { start } = setUp();
    const one = await start();
    await one.secrets.add('ampeco', 'spring', SPRING, 'bootstrap');
    const other = await start(YAML, Keyring.of([randomBytes(32)]));
    await nextLook();
    await nextLook();
    expect(names(other.inUse())).toEqual(['yaml']);
    expect(other.said.filter((line) => line.includes('cannot be opened'))).toHaveLength(1);
    expect((await listed(other))?.map(({ name, readable }) => [name, readable])).toEqual([
      ['yaml', true], // sealed again at the start, because it is known from the configuration
      ['spring', false],
    ]);
  });

  it('without keys stores nothing and verifies with what is configured', async () => {
    const { store, start } = setUp({ keyring: undefined });
    const instance = await start();
    expect(instance.inUse()).toEqual(YAML);
    expect(await store.listLive()).toEqual([]);
    instance.secrets.noteSigned('ampeco', 'yaml', 5_000);
    expect(await listed(instance)).toMatchObject([{ name: 'yaml', stored: false, lastSignedAt: 5_000 }]);
    await expect(instance.secrets.add('ampeco', 'x', SPRING, 'bootstrap')).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('fingerprintOf', () => {
  it('tells secrets apart by 12 digits that hold nothing of them', () => {
    expect(fingerprintOf('a')).toMatch(/^[0-9a-f]{12}$/);
    expect(fingerprintOf('a')).not.toBe(fingerprintOf('b'));
    expect(fingerprintOf(SPRING)).toBe(fingerprintOf(SPRING));
  });
});
