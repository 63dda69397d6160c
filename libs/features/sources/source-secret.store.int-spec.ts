import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuidV7, type Source } from '@chargelog/domain';
import { AuditLog } from '@chargelog/features/audit';
import type { Sealed } from '@chargelog/features/sealing';
import { unique } from '@test/drafts.js';
import { storedSources } from '@test/stored-sources.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { SourceSecretStore, type NewSourceSecret } from './source-secret.store.js';

const TESTS = 9;

let db: TestDatabase;
let store: SourceSecretStore;
let audit: AuditLog;
let sources: readonly Source[];
let next = 0;
beforeAll(async () => {
  db = await createTestDatabase();
  const { dataSource } = db.database;
  sources = await storedSources(db.database, TESTS);
  store = new SourceSecretStore(dataSource);
  audit = new AuditLog(dataSource);
});
afterAll(() => db.drop());

const sealed = (): Sealed => ({ keyId: 'k1', bytes: randomBytes(40) });

describe('SourceSecretStore', () => {
  const aSource = (): Source => sources[next++] as Source;
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
    (await audit.page(200))
      .filter(({ subject }) => subject.startsWith(`${source.name}/`))
      .map(({ action, actor, subject }) => `${actor} ${action} ${subject.split('/')[1]}`)
      .toReversed();

  it('lists the sources by name', async () => {
    expect(await store.listSources()).toEqual(sources);
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
    expect(JSON.stringify(await audit.page(200))).not.toContain(secret.sealed.bytes.toString('hex'));
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

  it('leaves of a retired secret its name and fingerprint behind, and no ciphertext', async () => {
    const source = aSource();
    const { name, fingerprint } = await store.add(aSecret(source), 'bootstrap');
    await store.retire(source.id, name, 'bootstrap');
    const { rows } = await db.database.pool.query(
      'select name, fingerprint, ciphertext, key_id from source_secret where source_id = $1',
      [source.id],
    );
    expect(rows).toEqual([{ name, fingerprint, ciphertext: null, key_id: null }]);
  });
});
