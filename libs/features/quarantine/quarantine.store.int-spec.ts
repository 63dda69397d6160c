import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUuidV7, type Delivery, type Source } from '@chargelog/domain';
import { Dictionaries, PgEventLog } from '@chargelog/event-log';
import { AuditLog } from '@chargelog/features/audit';
import { registerSources } from '@chargelog/features/sources';
import { aDelivery, aDraft, aQuarantineDraft } from '@test/drafts.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { QuarantineStore } from './quarantine.store.js';
import { releaseAlongside } from './release-alongside.js';

const START = Date.UTC(2026, 2, 14, 9);

let db: TestDatabase;
let store: QuarantineStore;
let audit: AuditLog;
let log: PgEventLog;
let webhook: Source;
let kafka: Source;

beforeAll(async () => {
  db = await createTestDatabase();
  const { dataSource, pool } = db.database;
  [webhook, kafka] = (await registerSources(dataSource, [
    { name: 'ampeco', kind: 'webhook', tenant: 'acme' },
    { name: 'topics', kind: 'kafka', tenant: 'beta' },
  ])) as [Source, Source];
  store = new QuarantineStore(dataSource);
  audit = new AuditLog(dataSource);
  log = new PgEventLog({
    connection: db.connection,
    dictionaries: new Dictionaries(pool),
    catalogueVersion: 1,
    retryForMs: 2_000,
    log: () => undefined,
  });
});
beforeEach(() => db.database.pool.query('truncate event, quarantine, audit_entry'));
afterAll(async () => {
  await log.close();
  await db.drop();
});

/** The n-th delivery, a second after the one before. */
function arrived(n: number, parts: Partial<Delivery> = {}): Delivery {
  const receivedAt = START + n * 1_000;
  return aDelivery({
    source: webhook,
    receivedAt,
    key: newUuidV7(receivedAt),
    body: Buffer.from(`not json ${n}`),
    ...parts,
  });
}

async function quarantine(...deliveries: readonly Delivery[]): Promise<void> {
  const entries = deliveries.map((delivery) => aQuarantineDraft({ delivery }));
  await log.append({ entries, positions: [] });
}

const keysOf = (entries: readonly { readonly key?: string; readonly id?: string }[]) =>
  entries.map(({ key, id }) => key ?? id);
const acts = async () =>
  (await audit.page(10)).map(({ actor, action, subject, detail }) => ({ actor, action, subject, detail }));

describe('QuarantineStore', () => {
  it('lists newest first, by page, reason, source, state and time', async () => {
    const deliveries = [arrived(0), arrived(1), arrived(2, { source: kafka }), arrived(3)];
    await quarantine(...deliveries);
    const [oldest, second, ofKafka, newest] = deliveries as [Delivery, Delivery, Delivery, Delivery];
    const list = async (query: object) => keysOf(await store.list({ limit: 10, ...query }));

    expect(await list({})).toEqual(keysOf(deliveries.toReversed()));
    expect(await list({ limit: 2 })).toEqual(keysOf([newest, ofKafka]));
    expect(await list({ after: ofKafka.key })).toEqual(keysOf([second, oldest]));
    expect(await list({ after: newUuidV7(START) })).toEqual([]);
    expect(await list({ source: 'topics' })).toEqual([ofKafka.key]);
    expect(await list({ source: 'nobody' })).toEqual([]);
    expect(await list({ reason: 'not-json' })).toHaveLength(4);
    expect(await list({ reason: 'too-deep' })).toEqual([]);
    expect(await list({ receivedAfter: second.receivedAt, receivedBefore: newest.receivedAt })).toEqual(
      keysOf([ofKafka, second]),
    );
    await store.discard(second.key, { by: 'bootstrap', reason: 'noise' });
    expect(await list({ state: 'discarded' })).toEqual([second.key]);
    expect(await list({ state: 'held', source: 'ampeco', limit: 1 })).toEqual([newest.key]);
  });

  it('gives back a delivery as it arrived, with what verified it or where it stood in Kafka', async () => {
    const coordinates = { clusterId: 'c', topic: 't', partition: 3, offset: 9_007_199_254_740_993n };
    const deliveries = [
      arrived(0, { verification: { secret: 'second', form: 'timestamp.body:base64' } }),
      arrived(1, { source: kafka, verification: undefined, kafka: { ...coordinates, timestamp: START } }),
      arrived(2, { source: kafka, verification: undefined, kafka: { ...coordinates, timestamp: undefined } }),
    ];
    await quarantine(...deliveries);
    for (const delivery of deliveries) {
      const found = await store.find(delivery.key);
      expect(found?.delivery).toEqual(delivery);
      expect(found).toMatchObject({
        id: delivery.key,
        source: delivery.source.name,
        transport: delivery.source.kind,
        receivedAt: delivery.receivedAt,
        bytes: delivery.body.length,
        state: 'held',
        released: undefined,
        discarded: undefined,
      });
    }
    expect(await store.find(newUuidV7(START))).toBeUndefined();
  });

  it('discards once, whoever comes later or at the same time, and is audited once', async () => {
    const delivery = arrived(0);
    await quarantine(delivery);
    await Promise.all(
      ['ada', 'bob', 'cyd'].map((by) => store.discard(delivery.key, { by, reason: `says ${by}` })),
    );
    const again = await store.discard(delivery.key, { by: 'dan', reason: 'later' });
    const by = again?.discarded?.by;
    expect(['ada', 'bob', 'cyd']).toContain(by);
    expect(again).toMatchObject({ state: 'discarded', discarded: { reason: `says ${by}` } });
    expect(again?.discarded?.at).toBeGreaterThan(START);
    expect(await acts()).toEqual([
      { actor: by, action: 'quarantine.discard', subject: delivery.key, detail: { reason: `says ${by}` } },
    ]);
    expect(await store.discard(newUuidV7(START), { by: 'dan', reason: 'nothing' })).toBeUndefined();
  });

  it('releases in the transaction of the event, once, and audits what it became', async () => {
    const delivery = arrived(0);
    await quarantine(delivery);
    const batch = {
      entries: [aDraft({ delivery })],
      positions: [],
      alongside: releaseAlongside(delivery.key, 'ada'),
    };
    const [became] = await log.append(batch);
    expect(became).toMatchObject({ outcome: 'stored' });
    const { eventId } = became as { eventId: string };
    expect(await store.find(delivery.key)).toMatchObject({
      state: 'released',
      released: { by: 'ada', as: 'stored', eventId },
    });
    await expect(log.append(batch)).rejects.toMatchObject({ code: 'conflict' });
    expect(await acts()).toEqual([
      {
        actor: 'ada',
        action: 'quarantine.release',
        subject: delivery.key,
        detail: { outcome: 'stored', eventId },
      },
    ]);
  });
});
