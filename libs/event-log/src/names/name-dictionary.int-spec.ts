import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { NameDictionary } from './name-dictionary.js';

let db: TestDatabase;
beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());

describe('NameDictionary', () => {
  it('forgets nothing that was made known a moment ago, however many names a sender invents', async () => {
    const dictionary = new NameDictionary(db.database.pool, 'notification');
    await dictionary.ensure(['test.known']);
    const id = dictionary.idOf('test.known') ?? 0;
    await dictionary.preload([id]);
    await dictionary.ensure(Array.from({ length: 20_000 }, (_, n) => `test.invented.${n}`));
    expect([dictionary.idOf('test.known'), dictionary.known(id)]).toEqual([id, 'test.known']);
  });

  it('knows the names of a batch that makes it start afresh', async () => {
    const dictionary = new NameDictionary(db.database.pool, 'notification');
    for (let round = 0; round < 3; round += 1) {
      const batch = [
        'test.in every batch',
        ...Array.from({ length: 15_000 }, (_, n) => `test.${round}.${n}`),
      ];
      await dictionary.ensure(batch);
      expect(batch.every((name) => dictionary.idOf(name) !== undefined)).toBe(true);
    }
  });
});
