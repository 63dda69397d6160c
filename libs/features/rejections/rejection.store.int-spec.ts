import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUuidV7, type Source } from '@chargelog/domain';
import { storedSources } from '@test/stored-sources.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { RejectionStore, type NewRejection } from './rejection.store.js';

const TESTS = 11;
const START = Date.UTC(2026, 2, 14, 9);

let db: TestDatabase;
let store: RejectionStore;
let sources: readonly Source[];
let next = 0;
beforeAll(async () => {
  db = await createTestDatabase();
  sources = await storedSources(db.database, TESTS);
  store = new RejectionStore(db.database.dataSource);
});
afterAll(() => db.drop());

describe('RejectionStore', () => {
  const aSource = (): Source => sources[next++] as Source;
  /** The n-th rejection of a source, a second after the one before. */
  const aRejection = (source: Source, n: number, parts: Partial<NewRejection> = {}): NewRejection => {
    const receivedAt = START + n * 1_000;
    return {
      id: newUuidV7(receivedAt),
      source,
      receivedAt,
      reason: 'signature-wrong',
      bytes: 100 + n,
      sealed: { keyId: 'k1', bytes: randomBytes(64) },
      ...parts,
    };
  };
  const series = (source: Source, count: number, parts: Partial<NewRejection> = {}): NewRejection[] =>
    Array.from({ length: count }, (_item, n) => aRejection(source, n, parts));
  const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

  it('keeps a rejection as it was given', async () => {
    const source = aSource();
    const given = aRejection(source, 0);
    await store.keep([given], []);
    const { sealed, ...shown } = { ...given, source: source.name };
    expect(await store.find(given.id)).toEqual({ ...shown, sealed });
    expect(await store.list({ source: source.name }, 10)).toEqual([shown]);
    expect(await store.find(newUuidV7(START))).toBeUndefined();
  });

  it('takes the same rejection twice for one', async () => {
    const source = aSource();
    const rejections = series(source, 3);
    await store.keep(rejections.slice(0, 2), []);
    await store.keep(rejections, []);
    expect(await store.list({ source: source.name }, 10)).toHaveLength(3);
  });

  it('adds tallies up, also those of two who write at once', async () => {
    const [one, other] = [aSource(), aSource()];
    const tally = (source: Source, reason: NewRejection['reason'], rejected: number, kept: number) => ({
      sourceId: source.id,
      reason,
      rejected,
      kept,
    });
    await Promise.all(
      Array.from({ length: 6 }, (_item, n) => {
        const tallies = [tally(one, 'signature-wrong', 5, 2), tally(other, 'signature-missing', 1, 0)];
        return store.keep([], n % 2 === 0 ? tallies : tallies.toReversed());
      }),
    );
    await store.keep([], [tally(one, 'signature-missing', 1, 1)]);
    expect(await store.count({ source: one.name })).toEqual([
      { source: one.name, reason: 'signature-missing', rejected: 1n, kept: 1n },
      { source: one.name, reason: 'signature-wrong', rejected: 30n, kept: 12n },
    ]);
    expect(await store.count({ source: one.name, reason: 'signature-missing' })).toHaveLength(1);
    expect(await store.count({ source: other.name })).toMatchObject([{ rejected: 6n, kept: 0n }]);
    const hour = 3_600_000;
    expect(await store.count({ source: one.name, receivedBefore: Date.now() - hour })).toEqual([]);
    expect(await store.count({ source: one.name, receivedAfter: Date.now() })).toHaveLength(2);
  });

  it('lists newest first, by page, reason and time', async () => {
    const source = aSource();
    const rejections = [...series(source, 4), aRejection(source, 4, { reason: 'signature-missing' })];
    await store.keep(rejections, []);
    const all = idsOf(rejections).toReversed();
    const of = { source: source.name };
    const first = await store.list(of, 2);
    expect(idsOf(first)).toEqual(all.slice(0, 2));
    expect(idsOf(await store.list(of, 10, first.at(-1)?.id))).toEqual(all.slice(2));
    expect(idsOf(await store.list({ ...of, reason: 'signature-missing' }, 10))).toEqual(all.slice(0, 1));
    const within = { ...of, receivedAfter: START + 1_000, receivedBefore: START + 3_000 };
    expect(idsOf(await store.list(within, 10))).toEqual(all.slice(2, 4));
    expect(await store.newest(source.name)).toMatchObject({ id: all[0] });
    expect(await store.newest('nobody')).toBeUndefined();
  });

  it('gives all of a source oldest first, in pages of some megabytes, the first row whatever its size', async () => {
    const source = aSource();
    const large = { keyId: 'k1', bytes: Buffer.alloc(9 * 1024 * 1024, 1) };
    const rejections = [
      aRejection(source, 0, { sealed: large }),
      aRejection(source, 1, { sealed: large }),
      ...[2, 3, 4].map((n) => aRejection(source, n)),
    ];
    for (const rejection of rejections) await store.keep([rejection], []);
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await store.oldest(source.name, after);
      if (page.length === 0) break;
      seen.push(...idsOf(page));
      after = page.at(-1)?.id;
    }
    expect(seen).toEqual(idsOf(rejections));
    expect(await store.oldest('nobody')).toEqual([]);
  });

  it('finds what another key sealed, and seals it again', async () => {
    const source = aSource();
    const rejections = [
      ...series(source, 3, { sealed: { keyId: 'old', bytes: randomBytes(64) } }),
      aRejection(source, 3, { sealed: { keyId: 'k1', bytes: randomBytes(64) } }),
    ];
    await store.keep(rejections, []);
    const others = await store.sealedOtherwise('k1');
    expect(idsOf(others)).toEqual(idsOf(rejections).slice(0, 3));
    expect(idsOf(await store.sealedOtherwise('k1', others[0]?.id))).toEqual(idsOf(rejections).slice(1, 3));
    const sealed = { keyId: 'k1', bytes: randomBytes(64) };
    const admitted = aRejection(source, 9).id; // no longer kept
    await store.reseal([admitted, ...idsOf(others)].map((id) => ({ id, sealed })));
    expect(await store.sealedOtherwise('k1')).toEqual([]);
    expect((await store.oldest(source.name)).map((row) => row.sealed.bytes.equals(sealed.bytes))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('trims by arrival and by the bytes of each source, oldest first', async () => {
    const [full, small] = [aSource(), aSource()];
    const sealed = { keyId: 'k1', bytes: Buffer.alloc(1_000) };
    const [many, few] = [series(full, 10, { sealed }), series(small, 3, { sealed })];
    await store.keep([...many, ...few], []);
    const removed = await store.trim({ receivedBefore: START + 1_000, bytesPerSource: 4_000 });
    expect(removed).toBeGreaterThanOrEqual(7);
    expect(idsOf(await store.list({ source: full.name }, 50))).toEqual(idsOf(many.slice(6)).toReversed());
    expect(idsOf(await store.list({ source: small.name }, 50))).toEqual(idsOf(few.slice(1)).toReversed());
    expect(await store.trim({ receivedBefore: START + 1_000, bytesPerSource: 4_000 })).toBe(0);
  });

  it('gives pages of sealed ones that stay near 8 MiB', async () => {
    const source = aSource();
    const sealed = { keyId: 'k1', bytes: Buffer.alloc(3 * 1024 * 1024) };
    for (const rejection of series(source, 5, { sealed })) await store.keep([rejection], []);
    const first = await store.oldest(source.name);
    expect(first).toHaveLength(3);
    expect(await store.oldest(source.name, first.at(-1)?.id)).toHaveLength(2);
  });
});
