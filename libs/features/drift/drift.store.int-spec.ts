import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Dictionaries } from '@chargelog/event-log';
import { registerSources } from '@chargelog/features/sources';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { MAX_DRIFT_PER_NAME, OTHER_PATHS, type DriftTallyRow } from './drift-tally.js';
import { DriftStore } from './drift.store.js';

const EVENT_ID = '019ceb8a-c878-845b-afd4-15d23e149f61';
const LATER_ID = '019ceb8a-c878-845b-afd4-15d23e149f62';

let db: TestDatabase;
let store: DriftStore;
let tenantId: number;

beforeAll(async () => {
  db = await createTestDatabase();
  const [source] = await registerSources(db.database.dataSource, [
    { name: 'ampeco', kind: 'webhook', tenant: 'acme' },
  ]);
  tenantId = source?.tenantId ?? 0;
  await new Dictionaries(db.database.pool).notifications.ensure(['evse.changed', 'cdr.received']);
  store = new DriftStore(db.database.dataSource);
});
beforeEach(() => db.database.pool.query('truncate drift'));
afterAll(() => db.drop());

function aRow(parts: Partial<DriftTallyRow> = {}): DriftTallyRow {
  return {
    tenantId,
    notification: 'evse.changed',
    kind: 'new-field',
    path: '/powerKw',
    expected: 'no member of this name is documented',
    firstSeenAt: 1_000,
    lastSeenAt: 2_000,
    count: 3,
    exampleEventId: EVENT_ID,
    ...parts,
  };
}

describe('DriftStore', () => {
  it('adds up what is seen again, with the first and the last time and the last example', async () => {
    await store.add([aRow()]);
    await store.add([aRow({ firstSeenAt: 500, lastSeenAt: 9_000, count: 4, exampleEventId: LATER_ID })]);
    expect(await store.list({ limit: 10 })).toEqual([
      {
        tenant: 'acme',
        notification: 'evse.changed',
        kind: 'new-field',
        path: '/powerKw',
        expected: 'no member of this name is documented',
        firstSeenAt: 500,
        lastSeenAt: 9_000,
        count: 7n,
        exampleEventId: LATER_ID,
      },
    ]);
  });

  it('is narrowed by tenant, notification, kind and time', async () => {
    await store.add([
      aRow(),
      aRow({ path: '/a', kind: 'other-type', lastSeenAt: 5_000 }),
      aRow({ notification: 'cdr.received' }),
    ]);
    const paths = async (query: object) =>
      (await store.list({ limit: 10, ...query })).map(({ notification, path }) => notification + path);
    expect(await paths({ kind: 'other-type' })).toEqual(['evse.changed/a']);
    expect(await paths({ notification: 'cdr.received' })).toEqual(['cdr.received/powerKw']);
    expect(await paths({ seenAfter: 3_000 })).toEqual(['evse.changed/a']);
    expect(await paths({ tenants: ['acme'] })).toHaveLength(3);
    expect(await paths({ tenants: ['other'] })).toEqual([]);
    expect(await paths({ tenants: [] })).toEqual([]);
  });

  it('keeps a bounded number of places per name, and counts the rest together', async () => {
    const places = Array.from({ length: MAX_DRIFT_PER_NAME }, (_, index) =>
      aRow({ path: `/f${index}`, count: 1 }),
    );
    await store.add(places);
    await store.add([
      aRow({ path: '/one', count: 5 }),
      aRow({ path: '/another', count: 6 }),
      aRow({ path: '/f7', count: 1 }),
    ]);
    const rows = await store.list({ limit: 5_000 });
    expect(rows).toHaveLength(MAX_DRIFT_PER_NAME + 1);
    expect(rows.find(({ path }) => path === OTHER_PATHS)).toMatchObject({ count: 11n, kind: 'new-field' });
    expect(rows.find(({ path }) => path === '/f7')).toMatchObject({ count: 2n });
  });

  it('takes writers side by side without a deadlock', async () => {
    const rows = Array.from({ length: 50 }, (_, index) => aRow({ path: `/f${index}`, count: 1 }));
    await Promise.all(
      Array.from({ length: 8 }, (_, turn) => store.add(turn % 2 === 0 ? rows : rows.toReversed())),
    );
    expect((await store.list({ limit: 100 })).map(({ count }) => count)).toEqual(rows.map(() => 8n));
  });
});
