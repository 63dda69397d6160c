import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EventFlag, type StoredEvent } from '@chargelog/domain';
import { Dictionaries, PgEventLog, PgEventReader } from '@chargelog/event-log';
import { AuditLog } from '@chargelog/features/audit';
import { registerSources } from '@chargelog/features/sources';
import { prepare, type EventDraft } from '@chargelog/pipeline';
import { aDelivery } from '@test/drafts.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import type { ReindexClaim } from './reindex-claim.js';
import { reindex } from './reindex-worker.js';
import { ReindexStore } from './reindex.store.js';

const NEVER = new AbortController().signal;
const BODIES = [
  { notification: 'evse.changed', evseId: 7, action: 'updated', lastUpdatedAt: '2026-03-14T09:26:53Z' },
  { notification: 'cdr.received', id: 'NL-1', createdAt: '2026-03-14T09:26:54Z' },
  { notification: 'still.unknown', chargePointId: 9, timestamp: '2026-03-14T09:26:55Z' },
];

let db: TestDatabase;
let store: ReindexStore;
let reader: PgEventReader;
const claims: ReindexClaim[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  await registerSources(db.database.dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }]);
  const names = new Dictionaries(db.database.pool);
  store = new ReindexStore(db.database.dataSource, db.connection, names);
  reader = new PgEventReader(db.database, names);
});
beforeEach(async () => {
  await db.database.pool.query('truncate event, duplicate, reindex');
  await storeWithAnOlderCatalogue();
});
afterEach(async () => {
  for (const claim of claims.splice(0)) await claim.release();
});
afterAll(() => db.drop());

/** As a version stored them that knew no name: the rule for those is the same in every version. */
async function storeWithAnOlderCatalogue(): Promise<void> {
  const log = new PgEventLog({
    connection: db.connection,
    dictionaries: new Dictionaries(db.database.pool),
    catalogueVersion: 0,
    retryForMs: 2_000,
    log: () => undefined,
  });
  const entries = BODIES.map((body) => {
    const draft = prepare(aDelivery({ body: Buffer.from(JSON.stringify(body)) })) as EventDraft;
    return { ...draft, type: 'unrecognized', subject: undefined, flags: EventFlag.unrecognized };
  });
  await log.append({ entries, positions: [] });
  await log.close();
}

function start(options: { dryRun?: boolean; notifications?: string[] } = {}) {
  return store.start({
    catalogueVersion: 1,
    notifications: options.notifications,
    dryRun: options.dryRun ?? false,
    requestedBy: 'bootstrap',
  });
}

async function claim(): Promise<ReindexClaim> {
  const claimed = await store.claim();
  if (claimed === undefined) throw new Error('nothing to claim');
  claims.push(claimed);
  return claimed;
}

const all = async (): Promise<readonly StoredEvent[]> => (await reader.feed(0n, 100, {})).events;
const typesAndSubjects = async () =>
  (await all()).map(({ type, subject }) => [type, subject && `${subject.kind}/${subject.id}`]);

describe('reindex', () => {
  it('names events that an older catalogue did not know, and moves nothing else', async () => {
    const before = await all();
    await start();
    expect(await reindex(await claim(), NEVER)).toBe('completed');

    expect(await typesAndSubjects()).toEqual([
      ['evse.updated', 'evse/7'],
      ['cdr.received', 'cdr/NL-1'],
      ['unrecognized', undefined],
    ]);
    const after = await all();
    const fixed = ({ id, position, receivedAt, data }: StoredEvent) => ({ id, position, receivedAt, data });
    expect(after.map(fixed)).toEqual(before.map(fixed));
    expect(after.map(({ flags }) => flags & EventFlag.unrecognized)).toEqual([0, 0, EventFlag.unrecognized]);
    expect(await store.current()).toMatchObject({
      state: 'completed',
      examinedCount: 3n,
      changedCount: 2n,
      changes: { 'unrecognized → evse.updated': 1, 'unrecognized → cdr.received': 1 },
    });
    const { events: found } = await reader.page({
      filter: { subject: { kind: 'cdr', id: 'NL-1' } },
      order: 'asc',
      limit: 5,
    });
    expect(found).toHaveLength(1);
  });

  it('changes nothing the second time, and nothing at all in a dry run', async () => {
    await start({ dryRun: true });
    await reindex(await claim(), NEVER);
    expect(await store.current()).toMatchObject({ changedCount: 2n, dryRun: true });
    expect((await all()).every(({ type }) => type === 'unrecognized')).toBe(true);

    for (const changedCount of [2n, 0n]) {
      await claims.pop()?.release();
      await start();
      await reindex(await claim(), NEVER);
      expect(await store.current()).toMatchObject({ changedCount });
    }
  });

  it('looks at the named notifications only', async () => {
    await start({ notifications: ['cdr.received'] });
    await reindex(await claim(), NEVER);
    expect((await typesAndSubjects()).map(([type]) => type)).toEqual([
      'unrecognized',
      'cdr.received',
      'unrecognized',
    ]);
  });

  it('is one at a time, held by one instance, and goes on where the former holder stood', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'conflict' });
    const first = await claim();
    expect(await store.claim()).toBeUndefined();

    const page = await first.page(0n, 1);
    expect(page.rows).toHaveLength(1);
    await first.apply([], { position: page.position, examined: 1, changed: 0, changes: {} });
    await first.release();

    const second = await claim();
    expect(second.job.position).toBe(page.position);
    expect(await reindex(second, NEVER)).toBe('completed');
    expect((await typesAndSubjects()).map(([type]) => type)).toEqual([
      'unrecognized', // its page was passed by the first holder, which changed nothing
      'cdr.received',
      'unrecognized',
    ]);
  });

  it('stops when it is cancelled, and the acts are audited', async () => {
    await start();
    const held = await claim();
    await store.cancel('key/1/ops');
    expect(await reindex(held, NEVER)).toBe('cancelled');
    expect(await store.current()).toMatchObject({ state: 'cancelled' });
    expect(await store.claim()).toBeUndefined();
    const acts = await new AuditLog(db.database.dataSource).page(2);
    expect(acts.map(({ action, actor }) => [action, actor])).toEqual([
      ['reindex.cancel', 'key/1/ops'],
      ['reindex.start', 'bootstrap'],
    ]);
  });
});
