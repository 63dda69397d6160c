import { describe, expect, it } from 'vitest';
import type { AppendOutcome, EventLog } from '@chargelog/pipeline';
import { aDelivery, aDraft } from '@test/drafts.js';
import { DriftRecorder } from './drift-recorder.js';
import { MAX_DRIFT_PER_NAME, OTHER_PATHS, type DriftTallyRow } from './drift-tally.js';
import { DriftTally } from './drift-tally.js';

const NEW_FIELD = { kind: 'new-field', path: '/x', expected: 'none' } as const;
const OTHER_TYPE = { kind: 'other-type', path: '/y', expected: 'integer' } as const;

const drifting = (
  receivedAt: number,
  departures: readonly (typeof NEW_FIELD | typeof OTHER_TYPE)[] = [NEW_FIELD],
  notification = 'test.happened',
) => aDraft({ delivery: aDelivery({ receivedAt }), departures, notification });

describe('DriftTally', () => {
  it('sums up events by place and kind', () => {
    const tally = new DriftTally();
    tally.add(drifting(2_000, [NEW_FIELD, OTHER_TYPE]), 'a');
    tally.add(drifting(1_000), 'b');
    expect(tally.take()).toMatchObject({
      rows: [
        { path: '/x', count: 2, firstSeenAt: 1_000, lastSeenAt: 2_000, exampleEventId: 'b' },
        { path: '/y', count: 1 },
      ],
      uncounted: 0,
    });
    expect(tally.isEmpty).toBe(true);
  });

  it('is bounded per name, whatever a sender invents', () => {
    const tally = new DriftTally();
    const invented = Array.from({ length: 2 * MAX_DRIFT_PER_NAME }, (_, n) => ({
      ...NEW_FIELD,
      path: `/${n}`,
    }));
    tally.add(aDraft({ departures: invented }), 'a');
    const { rows } = tally.take();
    expect(rows.length).toBe(MAX_DRIFT_PER_NAME + 1);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(2 * MAX_DRIFT_PER_NAME);
    expect(rows.find(({ path }) => path === OTHER_PATHS)?.count).toBe(MAX_DRIFT_PER_NAME);
  });
});

describe('DriftTally of many names', () => {
  it('is bounded over all, and goes on counting what it has', () => {
    const tally = new DriftTally();
    for (let n = 0; n < 12_000; n++) tally.add(drifting(n, [NEW_FIELD], `invented.${n}`), 'a');
    tally.add(drifting(1, [NEW_FIELD], 'invented.0'), 'b');
    const { rows, uncounted } = tally.take();
    expect(rows.length).toBe(10_000);
    expect(uncounted).toBe(2_000);
    expect(rows[0]).toMatchObject({ notification: 'invented.0', count: 2, exampleEventId: 'b' });
    expect(tally.isEmpty).toBe(true);
  });
});

describe('DriftRecorder', () => {
  function setUp(outcomes: readonly AppendOutcome[], fails = false) {
    const added: (readonly DriftTallyRow[])[] = [];
    const logged: string[] = [];
    const said: Record<string, unknown>[] = [];
    const recorder = new DriftRecorder({
      store: {
        add: (rows) => (fails ? Promise.reject(new Error('away')) : (added.push(rows), Promise.resolve())),
      },
      log: (_level, message, fields) => {
        logged.push(message);
        said.push(fields);
      },
    });
    const log: EventLog = { append: () => Promise.resolve(outcomes), close: () => Promise.resolve() };
    return { watched: recorder.watch(log), recorder, added, logged, said };
  }

  it('counts what was stored, under the id it was stored under, and no copies', async () => {
    const outcomes = [
      { outcome: 'stored', eventId: 'one' },
      { outcome: 'duplicate', eventId: 'one' },
    ] as const;
    const { watched, recorder, added } = setUp(outcomes);
    expect(await watched.append({ entries: [drifting(1), drifting(2)], positions: [] })).toBe(outcomes);
    await recorder.close();
    expect(added).toMatchObject([[{ path: '/x', count: 1, exampleEventId: 'one' }]]);
  });

  it('does not make the log wait, nor fail with it', async () => {
    const { watched, recorder, logged } = setUp([{ outcome: 'stored', eventId: 'one' }], true);
    await watched.append({ entries: [drifting(1)], positions: [] });
    await recorder.close();
    expect(logged).toEqual(['drift could not be recorded; the events are stored']);
  });

  it('does not make a batch fail that is stored, whatever is wrong with its departures', async () => {
    const outcomes = [{ outcome: 'stored', eventId: 'one' }] as const;
    const { watched, logged } = setUp(outcomes);
    const broken = { ...drifting(1), departures: [null] } as unknown as ReturnType<typeof drifting>;
    expect(await watched.append({ entries: [broken], positions: [] })).toBe(outcomes);
    expect(logged).toEqual(['drift could not be counted; the events are stored']);
  });

  it('does not stop counting silently when a sender invents more names than there is room for', async () => {
    const entries = Array.from({ length: 10_003 }, (_, n) => drifting(n, [NEW_FIELD], `invented.${n}`));
    const outcomes = entries.map(() => ({ outcome: 'stored', eventId: 'one' }) as const);
    const { watched, recorder, added, logged, said } = setUp(outcomes);
    await watched.append({ entries, positions: [] });
    await recorder.close();
    expect(added[0]).toHaveLength(10_000);
    expect(logged).toEqual([
      'more differing places of bodies at once than the drift report can count; the events are stored',
    ]);
    expect(said).toEqual([{ uncounted: 3 }]);
    await watched.append({ entries, positions: [] });
    await recorder.close();
    expect(logged, 'said once a minute').toHaveLength(1);
  });
});
