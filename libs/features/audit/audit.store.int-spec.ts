import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { AuditLog } from './audit.store.js';

let db: TestDatabase;
beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());

describe('AuditLog', () => {
  it('tells acts newest first, page by page, each as it was recorded', async () => {
    const audit = new AuditLog(db.database.dataSource);
    const before = Date.now();
    for (let n = 0; n < 5; n += 1)
      await audit.record({
        actor: 'bootstrap',
        action: 'thing.do',
        subject: `a/${n}`,
        detail: { n, deep: [null] },
      });
    await audit.record({ actor: 'system', action: 'thing.undo', subject: 'a/4' });
    const first = await audit.page(2);
    const second = await audit.page(10, first.at(-1)?.id);
    expect([...first, ...second].map(({ subject, detail }) => [subject, detail])).toEqual([
      ['a/4', {}],
      ...[4, 3, 2, 1, 0].map((n) => [`a/${n}`, { n, deep: [null] }]),
    ]);
    expect(first[0]?.at).toBeGreaterThanOrEqual(before - 1_000);
    expect(await audit.page(10, second.at(-1)?.id)).toEqual([]);
  });
});
