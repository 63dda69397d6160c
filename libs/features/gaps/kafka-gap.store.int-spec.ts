import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Dictionaries } from '@chargelog/event-log';
import { AuditLog } from '@chargelog/features/audit';
import { registerSources } from '@chargelog/features/sources';
import { dueOffset, type KafkaGap } from '@chargelog/pipeline';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { KafkaGapStore } from './kafka-gap.store.js';
import { PgKafkaPositions } from './kafka-positions.store.js';

let db: TestDatabase;
let gaps: KafkaGapStore;
let positions: PgKafkaPositions;
let sourceId: number;
let otherId: number;

const aGap = (parts: Partial<KafkaGap> = {}): KafkaGap => ({
  sourceId,
  clusterId: 'cluster',
  topic: 'ampeco',
  partition: 0,
  fromOffset: 2n,
  toOffset: 9_007_199_254_740_993n, // no double holds it
  reason: 'start-above-position',
  ...parts,
});
const record = async (...ranges: readonly KafkaGap[]): Promise<void> => {
  for (const gap of ranges) {
    // As the reader found it, perhaps set back by a person.
    await db.database.pool.query('update kafka_position set next_offset = $1 where partition = $2', [
      dueOffset(gap)?.toString(),
      gap.partition,
    ]);
    expect(await positions.recordGap(gap, { resumeAt: gap.toOffset })).toBe(true);
  }
};
const audited = async (): Promise<readonly unknown[]> =>
  (await new AuditLog(db.database.dataSource).page(100)).filter(({ action }) => action === 'gap.acknowledge');

beforeAll(async () => {
  db = await createTestDatabase();
  const sources = await registerSources(db.database.dataSource, [
    { name: 'k', kind: 'kafka', tenant: 'acme' },
    { name: 'other', kind: 'kafka', tenant: 'acme' },
  ]);
  sourceId = sources.find(({ name }) => name === 'k')?.id ?? 0;
  otherId = sources.find(({ name }) => name === 'other')?.id ?? 0;
  gaps = new KafkaGapStore(db.database.dataSource);
  positions = new PgKafkaPositions(db.database.dataSource, new Dictionaries(db.database.pool));
});
beforeEach(() =>
  db.database.pool.query('truncate kafka_gap, kafka_position, audit_entry restart identity cascade'),
);
afterAll(() => db.drop());

describe('gaps in Postgres', () => {
  it('are listed with their exact range, newest first, page by page and by state', async () => {
    await record(
      aGap(),
      aGap({ partition: 1, fromOffset: 0n, toOffset: 5n, reason: 'end-below-position' }),
      aGap({ partition: 2 }),
      aGap({ sourceId: otherId }),
    );

    const all = await gaps.list('k', { limit: 10 });
    const [newest, middle, oldest] = all;

    expect(all.map(({ partition }) => partition)).toEqual([2, 1, 0]);
    expect(oldest).toEqual({
      id: expect.stringMatching(/^\d+$/),
      source: 'k',
      clusterId: 'cluster',
      topic: 'ampeco',
      partition: 0,
      fromOffset: 2n,
      toOffset: 9_007_199_254_740_993n,
      reason: 'start-above-position',
      detectedAt: expect.any(Number),
      acknowledgement: undefined,
    });
    expect(await gaps.list('k', { limit: 1 })).toEqual([newest]);
    expect(await gaps.list('k', { limit: 1, after: newest?.id ?? '' })).toEqual([middle]);
    const acknowledged = await gaps.acknowledge('k', middle?.id ?? '', { by: 'ada', reason: 'known' });
    expect(await gaps.list('k', { limit: 10, state: 'acknowledged' })).toEqual([acknowledged]);
    expect(await gaps.list('k', { limit: 10, state: 'unacknowledged' })).toEqual([newest, oldest]);
  });

  it('are acknowledged once, whoever comes later or at the same time, and audited once', async () => {
    await record(aGap());
    const [before] = await gaps.list('k', { limit: 1 });
    const id = before?.id ?? '';

    const answers = await Promise.all(
      ['ada', 'bob', 'cyd'].map((by) => gaps.acknowledge('k', id, { by, reason: `says ${by}` })),
    );
    const again = await gaps.acknowledge('k', id, { by: 'dan', reason: 'later' });

    const by = again.acknowledgement?.by;
    expect(['ada', 'bob', 'cyd']).toContain(by);
    expect(again).toEqual({
      ...before,
      acknowledgement: { at: expect.any(Number), by, reason: `says ${by}` },
    });
    expect(answers).toEqual([again, again, again]);
    expect(await audited()).toEqual([
      expect.objectContaining({
        actor: by,
        subject: `k/${id}`,
        detail: {
          reason: `says ${by}`,
          clusterId: 'cluster',
          topic: 'ampeco',
          partition: 0,
          fromOffset: '2',
          toOffset: '9007199254740993',
        },
      }),
    ]);
  });

  it('stay acknowledged when the same range is seen again, and another range waits anew', async () => {
    await record(aGap(), aGap({ partition: 1 }));
    const summary = () => positions.summarizeGaps(sourceId);
    expect(await summary()).toEqual({
      recorded: 2,
      unacknowledged: 2,
      latestUnacknowledged: aGap({ partition: 1 }),
    });

    const [newest] = await gaps.list('k', { limit: 1 });
    await gaps.acknowledge('k', newest?.id ?? '', { by: 'ada', reason: 'known' });
    expect(await summary()).toEqual({ recorded: 2, unacknowledged: 1, latestUnacknowledged: aGap() });

    const [, oldest] = await gaps.list('k', { limit: 2 });
    const acknowledged = await gaps.acknowledge('k', oldest?.id ?? '', { by: 'ada', reason: 'known' });
    await record(aGap());
    expect(await summary()).toEqual({ recorded: 2, unacknowledged: 0, latestUnacknowledged: undefined });
    expect((await gaps.list('k', { limit: 2 }))[1]).toEqual(acknowledged);

    await record(aGap({ toOffset: 8n }));
    expect(await summary()).toEqual({
      recorded: 3,
      unacknowledged: 1,
      latestUnacknowledged: aGap({ toOffset: 8n }),
    });
  });

  it('between two logs let reading go on in the new one, once, and the same offset of a later log is another gap', async () => {
    await record(aGap({ fromOffset: 1n, toOffset: 5n }));
    const gap = aGap({ fromOffset: 5n, toOffset: 5n, reason: 'log-replaced' });
    const into = (topicId: string, logNumber: number) =>
      positions.recordGap(gap, { resumeAt: 0n, logNumber, mark: { topicId } });

    expect(await into('b', 0)).toBe(true);
    expect(await positions.loadLogs(sourceId, 'cluster', 'ampeco')).toEqual(
      new Map([[0, { number: 1, mark: { topicId: 'b' } }]]),
    );
    expect(await positions.load(sourceId, 'cluster', 'ampeco')).toEqual(new Map([[0, 0n]]));
    await db.database.pool.query('update kafka_position set next_offset = 5');
    expect(await into('b', 0)).toBe(false);
    expect(await into('c', 1)).toBe(true);

    expect(
      (await gaps.list('k', { limit: 10, state: 'unacknowledged' })).map(({ reason }) => reason),
    ).toEqual(['log-replaced', 'log-replaced', 'start-above-position']);
  });

  it('that startFrom latest leaves are acknowledged by the configuration, and move no position that is there', async () => {
    const gap = aGap({ fromOffset: 0n, toOffset: 5n, reason: 'passed-by-latest' });
    const recording = { resumeAt: 5n, acknowledged: { by: 'configuration', reason: 'startFrom is latest' } };

    expect(await positions.recordGap(gap, recording)).toBe(true);
    expect(await positions.recordGap({ ...gap, toOffset: 9n }, { ...recording, resumeAt: 9n })).toBe(false);

    expect(await gaps.list('k', { limit: 10 })).toEqual([
      expect.objectContaining({
        toOffset: 5n,
        acknowledgement: {
          at: expect.any(Number),
          by: 'configuration',
          reason: 'startFrom is latest',
        },
      }),
    ]);
    expect(await positions.summarizeGaps(sourceId)).toMatchObject({ recorded: 1, unacknowledged: 0 });
    expect(await positions.load(sourceId, 'cluster', 'ampeco')).toEqual(new Map([[0, 5n]]));
  });

  it('of a reader that slept while another went on are not recorded, and set nobody back', async () => {
    const gap = aGap({ fromOffset: 10n, toOffset: 20n });
    await record(gap);
    const moved = 'update kafka_position set next_offset = 500 where partition = 0';
    await db.database.pool.query(moved);

    const asleep = [
      await positions.recordGap(gap, { resumeAt: 20n }),
      await positions.recordGap({ ...gap, toOffset: 30n }, { resumeAt: 30n }),
      await positions.recordGap(
        { ...gap, reason: 'end-below-position', fromOffset: 3n, toOffset: 10n },
        { resumeAt: 0n },
      ),
    ];

    expect(asleep).toEqual([false, false, false]);
    expect(await positions.load(sourceId, 'cluster', 'ampeco')).toEqual(new Map([[0, 500n]]));
    expect(await gaps.list('k', { limit: 10 })).toHaveLength(1);
  });

  it('can be put on record by the statement of the guide, when a damaged batch is given up', async () => {
    await record(aGap({ fromOffset: 0n, toOffset: 40n }));
    const guide = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
    const statement = /```sql\n(with moved as [^`]+)```/.exec(guide)?.[1] ?? '';

    await db.database.pool.query(
      statement
        .replace('OFFSET_OF_THE_DETAIL', '40')
        .replaceAll('PARTITION', '0')
        .replace("'TOPIC'", "'ampeco'")
        .replace("'ampeco-kafka'", "'k'")
        .replaceAll('TO,', '44,'),
    );

    expect(await positions.load(sourceId, 'cluster', 'ampeco')).toEqual(new Map([[0, 44n]]));
    expect((await gaps.list('k', { limit: 1 }))[0]).toMatchObject({ fromOffset: 40n, toOffset: 44n });
  });

  it('of one source are no matter of another', async () => {
    await record(aGap());
    const [gap] = await gaps.list('k', { limit: 1 });
    const nothing = { recorded: 0, unacknowledged: 0, latestUnacknowledged: undefined };
    expect(await positions.summarizeGaps(otherId)).toEqual(nothing);
    expect(await gaps.list('other', { limit: 1 })).toEqual([]);
    const decision = { by: 'ada', reason: 'known' };
    for (const [source, id] of [
      ['other', gap?.id ?? ''],
      ['nobody', gap?.id ?? ''],
      ['k', '999999999999999999'],
    ] as const) {
      await expect(gaps.acknowledge(source, id, decision)).rejects.toMatchObject({ code: 'not-found' });
    }
    await expect(gaps.list('nobody', { limit: 1 })).rejects.toMatchObject({ code: 'not-found' });
    expect(await audited()).toEqual([]);
    expect(await gaps.list('k', { limit: 1 })).toEqual([gap]);
  });
});
