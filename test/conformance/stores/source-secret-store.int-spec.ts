import type { Sealed } from '@chargelog/features/sealing';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuidV7, type Source } from '@chargelog/domain';
import { type AuditLog, PgAuditLog } from '@chargelog/features/audit';
import {
  type NewSourceSecret,
  type SourceSecretStore,
  PgSourceSecretStore,
} from '@chargelog/features/sources';
import { unique } from '@test/drafts.js';
import { MemorySourceSecretStore } from '@test/memory/memory-source-secret-store.js';
import { sourcesInMemory, sourcesInPostgres } from '@test/stored-sources.js';
import { createTestDatabase } from '@test/test-database.js';

const TESTS = 8;

interface Adapter {
  readonly store: SourceSecretStore;
  readonly audit: AuditLog;
  readonly sources: readonly Source[];
  readonly close: () => Promise<void>;
}

const inMemory = (): Promise<Adapter> => {
  const sources = sourcesInMemory(TESTS);
  const store = new MemorySourceSecretStore(sources);
  return Promise.resolve({ store, audit: store.audit, sources, close: () => Promise.resolve() });
};

const inPostgres = async () => {
  const opened = await createTestDatabase();
  const { database } = opened;
  const { pool } = database;
  const sources = await sourcesInPostgres(database, TESTS);
  return {
    store: new PgSourceSecretStore(pool),
    audit: new PgAuditLog(pool),
    sources,
    pool,
    close: () => opened.drop(),
  };
};

const sealed = (): Sealed => ({ keyId: 'k1', bytes: randomBytes(40) });

describe.each([
  ['in memory', inMemory],
  ['in Postgres', inPostgres],
])('a store of source secrets %s', (_, open) => {
  let adapter: Adapter;
  let store: SourceSecretStore;
  let next = 0;
  beforeAll(async () => {
    adapter = await open();
    store = adapter.store;
  });
  afterAll(() => adapter.close());

  const aSource = (): Source => adapter.sources[next++] as Source;
  const aSecret = (source: Source, parts: Partial<NewSourceSecret> = {}): NewSourceSecret => ({
    id: newUuidV7(Date.now()),
    sourceId: source.id,
    name: `secret-${unique()}`,
    fingerprint: String(unique()).padStart(12, '0'),
    sealed: sealed(),
    ...parts,
  });
  const liveOf = async (source: Source) =>
    (await store.listLive()).filter(({ sourceId }) => sourceId === source.id);
  const actsOn = async (source: Source): Promise<string[]> =>
    (await adapter.audit.page(200))
      .filter(({ subject }) => subject.startsWith(`${source.name}/`))
      .map(({ action, actor, subject }) => `${actor} ${action} ${subject.split('/')[1]}`)
      .toReversed();

  it('lists the sources by name', async () => {
    expect(await store.listSources()).toEqual(adapter.sources);
  });

  it('keeps what is added as it was given, and tells who added it', async () => {
    const source = aSource();
    const secret = aSecret(source);
    const added = await store.add(secret, 'bootstrap');
    expect(added).toEqual({
      ...secret,
      origin: 'api',
      createdAt: expect.any(Number) as number,
      lastSignedAt: undefined,
    });
    expect(await liveOf(source)).toEqual([added]);
    expect(await actsOn(source)).toEqual([`bootstrap secret.add ${secret.name}`]);
    expect(JSON.stringify(await adapter.audit.page(200))).not.toContain(secret.sealed.bytes.toString('hex'));
  });

  it('has one secret of a name and one of a fingerprint, however many ask at once', async () => {
    const source = aSource();
    const { name, fingerprint } = aSecret(source);
    const answers = await Promise.allSettled([
      ...Array.from({ length: 4 }, () => store.add(aSecret(source, { name }), 'a')),
      ...Array.from({ length: 4 }, () => store.add(aSecret(source, { fingerprint }), 'b')),
    ]);
    const refused = answers.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(new Set(refused.map(({ reason }) => (reason as { code: string }).code))).toEqual(
      new Set(['conflict']),
    );
    const live = await liveOf(source);
    expect(live.filter((row) => row.name === name)).toHaveLength(1);
    expect(live.filter((row) => row.fingerprint === fingerprint)).toHaveLength(1);
    expect(live).toHaveLength(8 - refused.length);
    expect(await actsOn(source)).toHaveLength(live.length);
  });

  it('retires what was added, and nothing of the configuration', async () => {
    const source = aSource();
    const secret = aSecret(source);
    const configured = aSecret(source);
    await store.add(secret, 'bootstrap');
    await store.copyIn(source.id, [configured]);
    expect(await store.retire(source.id, configured.name, 'bootstrap')).toBe(false);
    expect(await store.retire(source.id, secret.name, 'key/1/ops')).toBe(true);
    expect(await store.retire(source.id, secret.name, 'key/1/ops')).toBe(false);
    expect((await liveOf(source)).map(({ id }) => id)).toEqual([configured.id]);
    expect(await actsOn(source)).toContain(`key/1/ops secret.retire ${secret.name}`);
    await store.add(aSecret(source, { name: secret.name, fingerprint: secret.fingerprint }), 'bootstrap');
  });

  it('copies a configuration in once, however many instances start with it', async () => {
    const source = aSource();
    const configured = [aSecret(source), aSecret(source)];
    await Promise.all(
      Array.from({ length: 4 }, () =>
        store.copyIn(
          source.id,
          configured.map((secret) => ({ ...secret, id: newUuidV7(Date.now()), sealed: sealed() })),
        ),
      ),
    );
    const live = await liveOf(source);
    expect(live.map(({ name, origin }) => `${name} ${origin}`).toSorted()).toEqual(
      configured.map(({ name }) => `${name} configuration`).toSorted(),
    );
    expect(await actsOn(source)).toHaveLength(2);
  });

  it('follows a configuration that changed: same ones stay, a new value under the old name is another secret', async () => {
    const source = aSource();
    const [stays, goes, changes] = [aSecret(source), aSecret(source), aSecret(source)];
    await store.copyIn(source.id, [stays, goes, changes]);
    const changed = aSecret(source, { name: changes.name });
    await store.copyIn(source.id, [aSecret(source, { ...stays, id: newUuidV7(Date.now()) }), changed]);
    expect((await liveOf(source)).map(({ id }) => id).toSorted()).toEqual([stays.id, changed.id].toSorted());
    expect(await actsOn(source)).toEqual([
      ...[stays, goes, changes].map(({ name }) => `system secret.add ${name}`),
      `system secret.retire ${goes.name}`,
      `system secret.retire ${changes.name}`,
      `system secret.add ${changes.name}`,
    ]);
  });

  it('notes the last signing, never going back', async () => {
    const source = aSource();
    const { id } = await store.add(aSecret(source), 'bootstrap');
    const at = Date.UTC(2026, 2, 14);
    await store.noteSigned(id, at);
    await store.noteSigned(id, at - 5_000);
    expect((await liveOf(source))[0]?.lastSignedAt).toBe(at);
  });

  it('replaces a ciphertext, unless somebody else did', async () => {
    const source = aSource();
    const { id, sealed: first } = await store.add(aSecret(source), 'bootstrap');
    const [second, third] = [sealed(), sealed()];
    await store.reseal(id, first, second);
    await store.reseal(id, first, third);
    expect((await liveOf(source))[0]?.sealed).toEqual(second);
  });
});

describe('a secret retired in Postgres', () => {
  it('leaves its name and fingerprint behind, and no ciphertext', async () => {
    const { store, sources, pool, close } = await inPostgres();
    const [source] = sources as [Source];
    const secret = {
      id: newUuidV7(Date.now()),
      sourceId: source.id,
      name: 'a',
      fingerprint: '0'.repeat(12),
    };
    try {
      await store.add({ ...secret, sealed: sealed() }, 'bootstrap');
      await store.retire(source.id, 'a', 'bootstrap');
      const { rows } = await pool.query('select name, fingerprint, ciphertext, key_id from source_secret');
      expect(rows).toEqual([{ name: 'a', fingerprint: secret.fingerprint, ciphertext: null, key_id: null }]);
    } finally {
      await close();
    }
  });
});
