import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerSources } from '@chargelog/features/sources';
import type { AppendBatch, Prepared } from '@chargelog/pipeline';
import { aDelivery, aDraft, aQuarantineDraft } from '@test/drafts.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { Dictionaries } from '../names/dictionaries.js';
import { PgEventReader } from '../read/pg-event-reader.js';
import { PgEventLog } from './pg-event-log.js';

let db: TestDatabase;
let log: PgEventLog;
let reader: PgEventReader;

const openLog = (
  options: { readonly retryForMs?: number; readonly lockTimeoutMs?: number } = {},
): PgEventLog =>
  new PgEventLog({
    connection: db.connection,
    dictionaries: new Dictionaries(db.database.pool),
    catalogueVersion: 1,
    retryForMs: 2_000,
    log: () => undefined,
    ...options,
  });

const batch = (...entries: Prepared[]): AppendBatch => ({ entries, positions: [] });
const count = async (table: string): Promise<number> =>
  Number((await db.database.pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);

beforeAll(async () => {
  db = await createTestDatabase();
  await registerSources(db.database.dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }]);
  log = openLog();
  reader = new PgEventReader(db.database, new Dictionaries(db.database.pool));
});
beforeEach(() =>
  db.database.pool.query('truncate event, duplicate, quarantine, undated_key, undated_stamp, kafka_position'),
);
afterAll(async () => {
  await log.close();
  await db.drop();
});

describe('PgEventLog', () => {
  it('stores a batch and answers in the order of its entries', async () => {
    const drafts = [
      aDraft({ occurredAt: 2_000_000_000_000 }),
      aDraft({ occurredAt: 1_700_000_000_000 }),
      aDraft(),
    ];
    const outcomes = await log.append(batch(...drafts));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'stored']);
    const slice = await reader.feed(0n, 10, {});
    expect(slice.events.map((event) => event.data)).toEqual(
      drafts.map((draft) => draft.delivery.body.toString()),
    );
  });

  it('keeps every column and the exact bytes', async () => {
    const delivery = aDelivery({
      body: Buffer.from('{"notification" : "x",\n "n": 1.0, "é": "\\u00e9"}'),
      headers: { 'x-signature': 'abc', 'x-tenant': 'other', 'content-type': 'text/plain' },
      verification: { secret: 'second', form: 'timestamp.body:base64' },
    });
    const draft = aDraft({
      delivery,
      type: 'session.started',
      notification: 'session.start.stop.notification',
      subject: { kind: 'session', id: '904512' },
      related: { session: 904512n, chargePoint: 1187n, evse: 2291n, user: 55321n, location: 318n },
      flags: 9,
    });
    const [outcome] = await log.append(batch(draft));
    const id = (outcome as { eventId: string }).eventId;
    expect(await reader.find(id)).toMatchObject({
      tenant: 'acme',
      source: 'ampeco',
      transport: 'webhook',
      type: 'session.started',
      notification: 'session.start.stop.notification',
      subject: { kind: 'session', id: '904512' },
      related: { session: '904512', chargePoint: '1187', evse: '2291', user: '55321', location: '318' },
      flags: 9,
      receivedAt: delivery.receivedAt,
      data: delivery.body.toString(),
    });
    const raw = await reader.raw(id);
    expect(raw?.body.equals(delivery.body)).toBe(true);
    expect(raw?.first).toMatchObject({
      key: delivery.key,
      headers: delivery.headers,
      verification: delivery.verification,
    });
  });

  it('records a further copy as a duplicate, with its bytes only where they differ', async () => {
    const first = aDraft();
    const sameBytes = { ...first, delivery: aDelivery({ body: first.delivery.body }) };
    const otherBytes = {
      ...first,
      delivery: aDelivery({ body: Buffer.from('{"notification":"test.happened" }') }),
    };
    const [stored] = await log.append(batch(first));
    const outcomes = await log.append(batch(sameBytes, otherBytes));
    const eventId = (stored as { eventId: string }).eventId;
    expect(outcomes).toEqual([
      { outcome: 'duplicate', eventId },
      { outcome: 'duplicate', eventId },
    ]);
    const deliveries = await reader.deliveries(eventId);
    expect(deliveries?.map(({ first, sameBytes }) => [first, sameBytes])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
    expect(await count('event')).toBe(1);
  });

  it('tells copies inside one batch apart from their first', async () => {
    const first = aDraft();
    const copy = { ...first, delivery: aDelivery({ body: first.delivery.body }) };
    const outcomes = await log.append(batch(first, copy, aDraft()));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'duplicate', 'stored']);
  });

  it('gives the same delivery its first outcome when it is sent again, and counts no second copy', async () => {
    const first = aDraft();
    const copy = { ...first, delivery: aDelivery({ body: first.delivery.body }) };
    await log.append(batch(first, copy));
    const again = await log.append(batch(first, copy));
    expect(again.map(({ outcome }) => outcome)).toEqual(['stored', 'duplicate']);
    expect([await count('event'), await count('duplicate')]).toEqual([1, 1]);
  });

  it('puts quarantined deliveries in the same transaction as their neighbours', async () => {
    const bad = aQuarantineDraft();
    const outcomes = await log.append(batch(aDraft(), bad, aDraft()));
    expect(outcomes[1]).toEqual({ outcome: 'quarantined', quarantineId: bad.delivery.key });
    expect([await count('event'), await count('quarantine')]).toEqual([2, 1]);
    await log.append(batch(bad));
    expect(await count('quarantine')).toBe(1);
  });

  it('keeps the bytes of both when a topic was made anew and has a bad record at the same offset', async () => {
    const old = aQuarantineDraft();
    const anew = aQuarantineDraft({
      delivery: aDelivery({ key: old.delivery.key, body: Buffer.from('not json either') }),
    });

    for (const draft of [old, anew, anew, old]) await log.append(batch(draft));

    const { rows } = await db.database.pool.query<{ raw: Buffer; delivery_key: string }>(
      'select raw, delivery_key from quarantine order by raw',
    );
    expect(rows.map(({ raw }) => raw.toString())).toEqual(['not json', 'not json either']);
    expect(rows[0]?.delivery_key).toBe(old.delivery.key);
    expect(rows[1]?.delivery_key).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  });

  it('moves only the row that the database refuses to quarantine', async () => {
    const good = Array.from({ length: 20 }, () => aDraft());
    const refused = aDraft({ subject: { kind: 'depot', id: 'a\u0000b' } });
    const outcomes = await log.append({
      entries: [...good.slice(0, 7), refused, ...good.slice(7)],
      positions: [{ sourceId: 1, clusterId: 'c', topic: 't', partition: 0, nextOffset: 21n }],
    });
    expect(outcomes[7]).toMatchObject({ outcome: 'quarantined' });
    expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(20);
    expect([await count('event'), await count('quarantine'), await count('kafka_position')]).toEqual([
      20, 1, 1,
    ]);
  });

  it('takes more refused rows than a few for a fault of its own and acknowledges nothing', async () => {
    const refused = Array.from({ length: 8 }, () => aDraft({ subject: { kind: 'depot', id: '\u0000' } }));
    await expect(log.append(batch(...refused))).rejects.toMatchObject({ code: 'store-away' });
  });

  it('never moves a Kafka position backwards', async () => {
    const at = (nextOffset: bigint): AppendBatch => ({
      entries: [],
      positions: [{ sourceId: 1, clusterId: 'c', topic: 't', partition: 3, nextOffset }],
    });
    await log.append(at(10n));
    await log.append(at(7n));
    const { rows } = await db.database.pool.query<{ next_offset: string }>(
      'select next_offset from kafka_position',
    );
    expect(rows).toEqual([{ next_offset: '10' }]);
  });

  it('waits for a position that somebody has locked no longer than it is told, and says so', async () => {
    const impatient = openLog({ retryForMs: 0, lockTimeoutMs: 100 });
    const position = { sourceId: 1, clusterId: 'c', topic: 'locked', partition: 0, nextOffset: 5n };
    await impatient.append({ entries: [], positions: [position] });
    const other = await db.database.pool.connect();
    await other.query('begin');
    await other.query('select from kafka_position for update');

    // Without the limit it is what a statement may take: 10 s, for all partitions that share the writer.
    await expect(
      impatient.append({ entries: [], positions: [{ ...position, nextOffset: 6n }] }),
    ).rejects.toMatchObject({ code: 'store-away', cause: { code: '55P03' } });
    await impatient.append({ entries: [aDraft()], positions: [{ ...position, partition: 1 }] });

    await other.query('rollback');
    other.release();
    await impatient.append({ entries: [], positions: [{ ...position, nextOffset: 6n }] });
    await impatient.close();
  });

  it('moves the position of a log with what the log looked like there, and from no other log', async () => {
    const append = (nextOffset: bigint, number: number, recordOffset?: string) =>
      log.append({
        entries: [aDraft()],
        positions: [
          {
            sourceId: 1,
            clusterId: 'c',
            topic: 't',
            partition: 4,
            nextOffset,
            log: { number, mark: recordOffset === undefined ? undefined : { topicId: 'a', recordOffset } },
          },
        ],
      });
    const held = async () =>
      (
        await db.database.pool.query<{ held: unknown[] }>(
          'select json_build_array(next_offset, log_number, log_mark) as held from kafka_position',
        )
      ).rows.map((row) => row.held);

    expect((await append(10n, 0, '9')).map(({ outcome }) => outcome)).toEqual(['stored']);
    await append(7n, 0, '6');
    await append(12n, 0);
    expect(await held()).toEqual([[12, 0, { topicId: 'a', recordOffset: '9' }]]);

    await db.database.pool.query('update kafka_position set next_offset = 0, log_number = 1');
    expect((await append(20n, 0, '19')).map(({ outcome }) => outcome)).toEqual(['stored']);
    expect(await held()).toEqual([[0, 1, { topicId: 'a', recordOffset: '9' }]]);
    await append(1n, 1, '0');
    expect(await held()).toEqual([[1, 1, { topicId: 'a', recordOffset: '0' }]]);
  });

  it('stores events of any time: a year ago, far in the future, at both ends of the range', async () => {
    const times = [0, 1_000, Date.now() - 400 * 86_400_000, Date.now() + 200 * 86_400_000, 2 ** 48 - 1];
    const outcomes = await log.append(batch(...times.map((occurredAt) => aDraft({ occurredAt }))));
    expect(outcomes.every(({ outcome }) => outcome === 'stored')).toBe(true);
    const { events } = await reader.page({ filter: {}, order: 'asc', limit: 10 });
    expect(events.map(({ occurredAt }) => occurredAt)).toEqual(times);
  });

  it('does not deadlock when writers bring the same events in opposite order', async () => {
    const drafts = Array.from({ length: 300 }, () => aDraft());
    const writers = [openLog(), openLog(), openLog(), openLog()];
    const copies = writers.map((_, i) =>
      drafts.map((draft) => ({
        ...draft,
        delivery: i === 0 ? draft.delivery : aDelivery({ body: draft.delivery.body }),
      })),
    );
    await Promise.all(
      writers.map((writer, i) =>
        writer.append(batch(...(i % 2 === 0 ? (copies[i] ?? []) : (copies[i] ?? []).toReversed()))),
      ),
    );
    await Promise.all(writers.map((writer) => writer.close()));
    expect([await count('event'), await count('duplicate')]).toEqual([300, 900]);
  });

  it('tells the truth when its session is ended in the middle', async () => {
    const draft = aDraft();
    await log.append(batch(aDraft()));
    await db.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'chargelog writer' and datname = current_database()`,
    );
    expect(await log.append(batch(draft))).toMatchObject([{ outcome: 'stored' }]);
  });
});
