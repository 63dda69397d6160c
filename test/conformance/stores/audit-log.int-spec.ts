import { type AuditLog, PgAuditLog } from '@chargelog/features/audit';
import { MemoryAuditLog } from '@test/memory/memory-audit-log.js';
import { createTestDatabase } from '@test/test-database.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Adapter {
  readonly audit: AuditLog;
  readonly close: () => Promise<void>;
}

const inMemory = (): Promise<Adapter> =>
  Promise.resolve({ audit: new MemoryAuditLog(), close: () => Promise.resolve() });

const inPostgres = async (): Promise<Adapter> => {
  const opened = await createTestDatabase();
  const { database } = opened;
  return { audit: new PgAuditLog(database.pool), close: () => opened.drop() };
};

describe.each([
  ['in memory', inMemory],
  ['in Postgres', inPostgres],
])('an audit log %s', (_, open) => {
  let adapter: Adapter;
  beforeAll(async () => (adapter = await open()));
  afterAll(() => adapter.close());

  it('tells acts newest first, page by page, each as it was recorded', async () => {
    const { audit } = adapter;
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
