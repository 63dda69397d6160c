import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerSources } from '@chargelog/features/sources';
import type { AppendBatch, AppendOutcome, Prepared } from '@chargelog/pipeline';
import { aDelivery, aDraft } from '@test/drafts.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { Dictionaries } from '../names/dictionaries.js';
import { PgEventLog } from './pg-event-log.js';
import { pruneUndatedStamps } from './prune-undated.js';

let db: TestDatabase;
let log: PgEventLog;

const openLog = (): PgEventLog =>
  new PgEventLog({
    connection: db.connection,
    dictionaries: new Dictionaries(db.database.pool),
    catalogueVersion: 1,
    retryForMs: 2_000,
    log: () => undefined,
  });

const batch = (...entries: Prepared[]): AppendBatch => ({ entries, positions: [] });
const count = async (table: string): Promise<number> =>
  Number((await db.database.pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);

beforeAll(async () => {
  db = await createTestDatabase();
  await registerSources(db.database.dataSource, [{ name: 'ampeco', kind: 'webhook', tenant: 'acme' }]);
  log = openLog();
});
beforeEach(() =>
  db.database.pool.query('truncate event, duplicate, quarantine, undated_key, undated_stamp, kafka_position'),
);
afterAll(async () => {
  await log.close();
  await db.drop();
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
