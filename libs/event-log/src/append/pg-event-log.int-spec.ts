import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerSources } from '@chargelog/features/sources';
import type { AppendBatch, AppendOutcome, Prepared } from '@chargelog/pipeline';
import { aDelivery, aDraft, aQuarantineDraft } from '@test/drafts.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { Dictionaries } from '../names/dictionaries.js';
import { PgEventReader } from '../read/pg-event-reader.js';
import { PgEventLog } from './pg-event-log.js';
import { pruneUndatedStamps } from './prune-undated.js';

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

describe('undated bodies', () => {
  const undated = (body: Buffer, receivedAt: number) => {
    const delivery = aDelivery({ body, receivedAt });
    const draft = aDraft({ delivery, occurredAt: receivedAt, notification: 'undated.name' });
    return { ...draft, undatedKey: Buffer.from(aDraft({ delivery, occurredAt: 0 }).id) };
  };
  const now = Date.now();
  const body = (text: string): Buffer => Buffer.from(JSON.stringify({ notification: 'undated.name', text }));

  it('are one event within the window and another after it', async () => {
    const a = undated(body('a'), now);
    const b = undated(body('a'), now + 599_000);
    const c = undated(body('a'), now + 600_000);
    const d = undated(body('a'), now + 601_000);
    const outcomes = [];
    for (const draft of [a, b, c, d]) outcomes.push(...(await log.append(batch(draft))));
    const ids = outcomes.map((outcome) => (outcome as { eventId: string }).eventId);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'duplicate', 'stored', 'duplicate']);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[3]).toBe(ids[2]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('that arrive late from long before the held one are events of their own', async () => {
    const outcomes = await log.append(batch(undated(body('b'), now)));
    const older = await log.append(batch(undated(body('b'), now - 700_000)));
    const later = await log.append(batch(undated(body('b'), now + 1_000)));
    expect([outcomes, older, later].map(([first]) => first?.outcome)).toEqual([
      'stored',
      'stored',
      'duplicate',
    ]);
  });

  const HOUR = 3_600_000;
  const idsOf = (outcomes: Awaited<ReturnType<typeof log.append>>) =>
    outcomes.map((outcome) => (outcome as { eventId: string }).eventId);
  /** Three copies of one notification, as a sender repeats what is refused. */
  const refused = (text: string, agoMs = HOUR) =>
    [0, 1_000, 5_000].map((ms) => undated(body(text), now - agoMs + ms));

  it('that were refused, sent again and again, and admitted an hour later are one event, in one batch', async () => {
    await log.append(batch(undated(body('late'), now)));
    const outcomes = await log.append(batch(...refused('late')));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'duplicate', 'duplicate']);
    expect([await count('event'), await count('duplicate')]).toEqual([2, 2]);
  });

  it.each([
    ['first to last', [0, 1, 2]],
    ['last to first', [2, 1, 0]],
  ])('that are released one by one, %s, are one event', async (_, order) => {
    await log.append(batch(undated(body('released'), now)));
    const copies = refused('released');
    const ids = new Set<string>();
    for (const at of order) {
      const draft = copies[at];
      if (draft !== undefined) for (const id of idsOf(await log.append(batch(draft)))) ids.add(id);
    }
    expect(ids.size).toBe(1);
    expect([await count('event'), await count('duplicate')]).toEqual([2, 2]);
  });

  it('that are admitted late are copies of what arrived at their time, also when nothing remembers its key', async () => {
    const [first, second, third] = refused('remembered no more', 30 * HOUR);
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('three were made');
    await log.append(batch(first));
    await db.database.pool.query('truncate undated_key'); // as the upkeep does after a day
    const late = await log.append(batch(second));
    expect(late).toEqual([{ outcome: 'duplicate', eventId: idsOf(await log.append(batch(first)))[0] }]);
    expect(await log.append(batch(third))).toEqual(late);
    expect([await count('event'), await count('duplicate')]).toEqual([1, 2]);
  });

  it('that are admitted late by two at once, and once more after a lost answer, are one event', async () => {
    await log.append(batch(undated(body('two at once'), now)));
    const copies = refused('two at once');
    const writers = [openLog(), openLog()];
    const results = await Promise.all(
      writers.map((writer, n) => writer.append(batch(...(n === 0 ? copies : copies.toReversed())))),
    );
    await Promise.all(writers.map((writer) => writer.close()));
    expect(new Set(results.flatMap(idsOf)).size).toBe(1);
    expect(await log.append(batch(...copies))).toEqual(results[0]);
    expect([await count('event'), await count('duplicate')]).toEqual([2, 2]);
  });

  it('that were refused a whole window apart are events of their own', async () => {
    await log.append(batch(undated(body('apart'), now)));
    const outcomes = await log.append(
      batch(undated(body('apart'), now - HOUR), undated(body('apart'), now - HOUR + 600_000)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'stored']);
  });

  it('that were refused a whole window apart, and none since, are events of their own, also in one batch', async () => {
    const [first, second] = [HOUR, HOUR - 600_000].map((ago) =>
      undated(body('apart, and none since'), now - ago),
    );
    if (first === undefined || second === undefined) throw new Error('two were made');
    const outcomes = await log.append(batch(first, second));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stored', 'stored']);
  });

  it('race to one event from several writers at once, mixed with dated ones', async () => {
    const writers = [openLog(), openLog(), openLog(), openLog()];
    const bodies = Array.from({ length: 40 }, (_, i) => body(`race ${i}`));
    await Promise.all(
      writers.map((writer, i) => {
        const drafts = bodies.map((bytes, at) => undated(bytes, now + i * 10 + at));
        return writer.append(batch(...(i % 2 === 0 ? drafts : drafts.toReversed()), aDraft()));
      }),
    );
    await Promise.all(writers.map((writer) => writer.close()));
    expect([await count('event'), await count('duplicate')]).toEqual([44, 120]);
  });

  it('sent again by the same delivery get their first outcome', async () => {
    const first = undated(body('again'), now);
    const copy = undated(body('again'), now + 5);
    await log.append(batch(first, copy));
    const again = await log.append(batch(first, copy));
    expect(again.map(({ outcome }) => outcome)).toEqual(['stored', 'duplicate']);
    expect([await count('event'), await count('duplicate')]).toEqual([1, 1]);
  });
});

describe('undated bodies with a stamp of their sender', () => {
  const HOUR = 3_600_000;
  const DAY = 24 * HOUR;
  const now = Date.now();
  const stampKey = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, 16);
  /** @param stamp undefined for a body that was not stamped */
  const sent = (text: string, stamp: string | undefined, receivedAt: number, key?: string) => {
    const body = Buffer.from(JSON.stringify({ notification: 'stamped.name', text }));
    const delivery = aDelivery({ body, receivedAt, ...(key !== undefined && { key }) });
    return {
      ...aDraft({ delivery, occurredAt: receivedAt, notification: 'stamped.name' }),
      undatedKey: stampKey(text),
      undatedStamp: stamp === undefined ? undefined : stampKey(`${text} ${stamp}`),
    };
  };
  const idOf = (outcome: unknown): string => (outcome as { eventId: string }).eventId;
  const append = (...drafts: Parameters<typeof batch>): Promise<readonly AppendOutcome[]> =>
    log.append(batch(...drafts));

  it('that come again with it are copies at any age', async () => {
    const [first] = await append(sent('late retry', 'T1', now));
    const later = [HOUR, DAY, 29 * DAY].map((ms) => sent('late retry', 'T1', now + ms));
    for (const draft of later)
      expect(await append(draft)).toEqual([{ outcome: 'duplicate', eventId: idOf(first) }]);
    expect([await count('event'), await count('duplicate')]).toEqual([1, 3]);
  });

  it('that come again with another one are events of their own after the window', async () => {
    const [first] = await append(sent('again', 'T1', now));
    const [second] = await append(sent('again', 'T2', now + HOUR));
    expect(second).toMatchObject({ outcome: 'stored' });
    // Each stamp still leads to its own, whichever came last.
    expect(await append(sent('again', 'T1', now + HOUR + 1))).toEqual([
      { outcome: 'duplicate', eventId: idOf(first) },
    ]);
    expect(await append(sent('again', 'T2', now + DAY))).toEqual([
      { outcome: 'duplicate', eventId: idOf(second) },
    ]);
  });

  it('are copies within the window whatever their stamps, and stay so after it', async () => {
    const [first] = await append(sent('window', 'T1', now));
    const copies = [sent('window', 'T2', now + 1_000), sent('window', undefined, now + 2_000)];
    for (const draft of copies)
      expect(await append(draft)).toEqual([{ outcome: 'duplicate', eventId: idOf(first) }]);
    expect(await append(sent('window', 'T2', now + DAY))).toEqual([
      { outcome: 'duplicate', eventId: idOf(first) },
    ]);
    expect(await append(sent('window', undefined, now + DAY))).toMatchObject([{ outcome: 'stored' }]);
  });

  it('are one event in one batch, beside others', async () => {
    const outcomes = await append(
      sent('one batch', 'T1', now - DAY),
      aDraft(),
      sent('one batch', undefined, now),
      sent('one batch', 'T1', now + HOUR),
      sent('one batch', 'T2', now + HOUR),
      sent('one batch', 'T1', now),
    );
    const [first, , , fourth, fifth, last] = outcomes;
    expect([fourth, last].map(idOf)).toEqual([idOf(first), idOf(first)]);
    expect([idOf(fifth) === idOf(first), outcomes.map(({ outcome }) => outcome)]).toEqual([
      false,
      ['stored', 'stored', 'stored', 'duplicate', 'stored', 'duplicate'],
    ]);
    expect(await append(sent('one batch', 'T1', now + DAY))).toEqual([
      { outcome: 'duplicate', eventId: idOf(first) },
    ]);
  });

  it('and the very delivery again, after another event of the same content, gets its first outcome', async () => {
    const first = sent('lost answer', 'T1', now);
    const outcomes = await append(first);
    await append(sent('lost answer', 'T2', now + HOUR));
    expect(await append({ ...first, delivery: { ...first.delivery, receivedAt: now + HOUR } })).toEqual(
      outcomes,
    );
    expect([await count('event'), await count('duplicate')]).toEqual([2, 0]);
  });

  it('race to one event from several writers at once, in any order', async () => {
    const writers = [openLog(), openLog(), openLog(), openLog()];
    const texts = Array.from({ length: 40 }, (_, i) => `race ${i}`);
    const results = await Promise.all(
      writers.map((writer, i) => {
        const drafts = texts.map((text, at) => sent(text, `T${at % 3}`, now + i * HOUR + at));
        return writer.append(batch(...(i % 2 === 0 ? drafts : drafts.toReversed()), aDraft()));
      }),
    );
    await Promise.all(writers.map((writer) => writer.close()));
    expect(new Set(results.flatMap((outcomes) => outcomes.slice(0, 40).map(idOf))).size).toBe(40);
    expect([await count('event'), await count('duplicate')]).toEqual([44, 120]);
  });

  it('are remembered for 30 days after they were seen last, and then forgotten', async () => {
    await append(sent('kept', 'T1', now), sent('forgotten', 'T1', now));
    await db.database.pool.query(
      `update undated_stamp set seen_at = now() - case stamp_key when $1::uuid then interval '30 days 12 hours' else interval '32 days' end`,
      [stampKey('kept T1').toString('hex')],
    );
    expect(await pruneUndatedStamps(db.database.pool)).toBe(1);
    const later = now + 31 * DAY;
    expect(await append(sent('kept', 'T1', later), sent('forgotten', 'T1', later))).toMatchObject([
      { outcome: 'duplicate' },
      { outcome: 'stored' },
    ]);
  });
});
