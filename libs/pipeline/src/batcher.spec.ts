import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError, newUuidV7 } from '@chargelog/domain';
import { Batcher, DEFAULT_BATCHER_LIMITS, type BatcherLimits, type FlushReport } from './batcher.js';
import type { AppendBatch, AppendOutcome, EventLog, Prepared, QuarantineDraft } from './ports/event-log.js';

/** An event log in memory whose commits the test gives, one by one. */
class HeldLog implements EventLog {
  readonly batches: string[][] = [];
  private readonly commits: (() => void)[] = [];
  private readonly arrivals: (() => void)[] = [];
  /** Undefined: answers as the port says. */
  answer: ((batch: AppendBatch) => readonly AppendOutcome[]) | undefined;

  async append(batch: AppendBatch): Promise<readonly AppendOutcome[]> {
    this.batches.push(batch.entries.map(textOf));
    const committed = new Promise<void>((resolve) => this.commits.push(resolve));
    this.arrivals.splice(0).forEach((arrived) => arrived());
    await committed;
    return (this.answer ?? outcomesOf)(batch);
  }

  /** Resolves when a batch is under way, and commits it. */
  async commitNext(): Promise<void> {
    if (this.commits.length === 0) await new Promise<void>((resolve) => this.arrivals.push(resolve));
    this.commits.shift()?.();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Commits at once. */
class OpenLog extends HeldLog {
  override append(batch: AppendBatch): Promise<readonly AppendOutcome[]> {
    this.batches.push(batch.entries.map(textOf));
    return Promise.resolve().then(() => (this.answer ?? outcomesOf)(batch));
  }
}

/** Commits each batch after a time that its size decides; the clock is the test's. */
class SlowLog extends HeldLog {
  readonly sizes: number[] = [];

  constructor(private readonly msFor: (rows: number) => number) {
    super();
  }

  override async append(batch: AppendBatch): Promise<readonly AppendOutcome[]> {
    this.sizes.push(batch.entries.length);
    await new Promise((resolve) => setTimeout(resolve, this.msFor(batch.entries.length)));
    return (this.answer ?? outcomesOf)(batch);
  }
}

const outcomesOf = (batch: AppendBatch): AppendOutcome[] =>
  batch.entries.map((entry) => ({ outcome: 'quarantined', quarantineId: textOf(entry) }));
const textOf = (entry: Prepared): string => entry.delivery.body.toString();
const entry = (text: string): QuarantineDraft => ({
  outcome: 'quarantine',
  reason: 'not-json',
  detail: 'The body is not JSON.',
  delivery: {
    key: newUuidV7(0),
    source: { id: 1, name: 'a', kind: 'webhook', tenant: 't', tenantId: 1 },
    receivedAt: 0,
    body: Buffer.from(text),
    headers: {},
  },
});
const limits = (parts: Partial<BatcherLimits>): BatcherLimits => ({ ...DEFAULT_BATCHER_LIMITS, ...parts });
const answered = (text: string): AppendOutcome => ({ outcome: 'quarantined', quarantineId: text });

describe('Batcher', () => {
  it('gives what arrives during a flush one batch of its own, in order of arrival', async () => {
    const log = new HeldLog();
    const batcher = new Batcher(log);
    const first = batcher.submit(entry('a'));
    await log.commitNext(); // "a" is under way; its commit is not taken in yet
    const rest = ['b', 'c', 'd'].map((text) => batcher.submit(entry(text)));
    expect(await first).toEqual(answered('a'));
    await log.commitNext();
    expect(await Promise.all(rest)).toEqual(['b', 'c', 'd'].map(answered));
    expect(log.batches).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('answers nobody before the commit', async () => {
    const log = new HeldLog();
    const batcher = new Batcher(log);
    let done = false;
    const outcome = batcher.submit(entry('a')).then(() => (done = true));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([log.batches, done]).toEqual([[['a']], false]);
    await log.commitNext();
    await outcome;
  });

  it('takes what comes in one turn of the event loop into one batch', async () => {
    const log = new OpenLog();
    const batcher = new Batcher(log);
    await Promise.all(['a', 'b', 'c'].map((text) => batcher.submit(entry(text))));
    expect(log.batches).toEqual([['a', 'b', 'c']]);
  });

  it('keeps to the rows of a batch', async () => {
    const log = new OpenLog();
    const batcher = new Batcher(log, limits({ maxRows: 2 }));
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => batcher.submit(entry(text))));
    expect(log.batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('keeps to the bytes of a batch, and sends a larger delivery alone', async () => {
    const log = new OpenLog();
    const batcher = new Batcher(log, limits({ maxBytes: 4 }));
    await Promise.all(['aa', 'bb', 'c', 'dddddd', 'e'].map((text) => batcher.submit(entry(text))));
    expect(log.batches).toEqual([['aa', 'bb'], ['c'], ['dddddd'], ['e']]);
  });

  it.each([
    ['rows', { maxQueuedRows: 2 }],
    ['bytes', { maxQueuedBytes: 2 }],
  ])('refuses at once when too many %s wait, and takes more when they do not', async (_what, parts) => {
    const log = new OpenLog();
    const batcher = new Batcher(log, limits(parts));
    const waiting = [batcher.submit(entry('a')), batcher.submit(entry('b'))];
    const refusal = await batcher.submit(entry('c')).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(GatewayError);
    expect(refusal).toMatchObject({ code: 'overloaded', retryAfter: 1 });
    await Promise.all(waiting);
    expect(await batcher.submit(entry('d'))).toEqual(answered('d'));
    expect(log.batches).toEqual([['a', 'b'], ['d']]);
  });

  it('rejects the deliveries of a batch that was not stored, and no others', async () => {
    const log = new OpenLog();
    const away = new GatewayError('store-away', 'The event store cannot be reached.');
    log.answer = (batch) => {
      if (batch.entries.some((one) => textOf(one) === 'b')) throw away;
      return outcomesOf(batch);
    };
    const batcher = new Batcher(log, limits({ maxRows: 1 }));
    const results = await Promise.allSettled(['a', 'b', 'c'].map((text) => batcher.submit(entry(text))));
    expect(results).toEqual([
      { status: 'fulfilled', value: answered('a') },
      { status: 'rejected', reason: away },
      { status: 'fulfilled', value: answered('c') },
    ]);
    expect(await batcher.submit(entry('d'))).toEqual(answered('d'));
  });

  it('acknowledges nothing when the log answers fewer deliveries than it was given', async () => {
    const log = new OpenLog();
    log.answer = (batch) => outcomesOf(batch).slice(1);
    const batcher = new Batcher(log);
    const results = await Promise.allSettled(['a', 'b'].map((text) => batcher.submit(entry(text))));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('never leaves a delivery stuck that is submitted where an outcome is taken', async () => {
    const batcher = new Batcher(new OpenLog());
    // Every number of promise turns between the outcome and the next submission.
    for (let turns = 0; turns < 12; turns++) {
      await batcher.submit(entry('a'));
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      expect(await batcher.submit(entry('b'))).toEqual(answered('b'));
    }
    await batcher.drain();
  });

  it('does not take a busy process of its own for a log that does not answer', async () => {
    const log = new OpenLog();
    log.append = async (batch) => {
      const answer = new Promise((resolve) => setImmediate(resolve)); // heard in this turn, but after the timers
      const busyUntil = performance.now() + 100;
      while (performance.now() < busyUntil); // as when thousands of requests come in at once
      await answer;
      return outcomesOf(batch);
    };
    const batcher = new Batcher(log, limits({ stallMs: 50 }));
    expect(await batcher.submit(entry('a'))).toEqual(answered('a'));
  });

  it('drains what waits and what is under way', async () => {
    const log = new OpenLog();
    const batcher = new Batcher(log, limits({ maxRows: 1 }));
    const seen: AppendOutcome[] = [];
    for (const text of ['a', 'b', 'c'])
      void batcher.submit(entry(text)).then((outcome) => seen.push(outcome));
    await batcher.drain();
    expect(seen).toEqual(['a', 'b', 'c'].map(answered));
    expect(batcher.queuedRows).toBe(0);
    await batcher.drain(); // nothing to do is no reason to wait
  });

  it('reports rows and bytes of a flush, and goes on when the report throws', async () => {
    const reports: FlushReport[] = [];
    const batcher = new Batcher(new OpenLog(), DEFAULT_BATCHER_LIMITS, (report) => {
      reports.push(report);
      throw new Error('the meter is broken');
    });
    await Promise.all(['aa', 'b'].map((text) => batcher.submit(entry(text))));
    expect(await batcher.submit(entry('c'))).toEqual(answered('c'));
    await batcher.drain();
    expect(reports).toMatchObject([
      { rows: 2, bytes: 3 },
      { rows: 1, bytes: 1 },
    ]);
  });
});

describe('Batcher before a log that is slow', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** Offers `perSecond` for so long, and counts what was answered how meanwhile. */
  async function offer(
    batcher: Batcher,
    perSecond: number,
    seconds: number,
  ): Promise<Partial<Record<string, number>>> {
    const answers: Partial<Record<string, number>> = {};
    const count = (answer: string): void => void (answers[answer] = (answers[answer] ?? 0) + 1);
    for (let ms = 0; ms < seconds * 1_000; ms += 10) {
      for (let i = 0; i < perSecond / 100; i += 1) {
        void batcher.submit(entry(`${ms}-${i}`)).then(
          () => count('acknowledged'),
          (error: GatewayError) => count(error.code),
        );
      }
      await vi.advanceTimersByTimeAsync(10);
    }
    return answers;
  }

  it('goes on acknowledging at the speed of the log while ten times as much is offered', async () => {
    const batcher = new Batcher(new SlowLog((rows) => 5 + rows * 4));
    const answers = await offer(batcher, 2_500, 60);
    // 250 a second can be stored. With batches that grow until they stall it was a tenth of that.
    expect(answers['acknowledged']).toBeGreaterThan(60 * 250 * 0.8);
    expect(answers['overloaded']).toBeGreaterThan(0);
  });

  it('lets nobody wait much longer than it says', async () => {
    const batcher = new Batcher(new SlowLog((rows) => 5 + rows * 4), limits({ maxWaitMs: 2_000 }));
    await offer(batcher, 2_500, 30);
    expect(batcher.queuedRows).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(batcher.queuedRows).toBe(0);
  });

  it('tells everybody within a second that the log is away, and goes on when it is back', async () => {
    const log = new SlowLog(() => 800);
    const away = new GatewayError('store-away', 'The event store cannot be reached.');
    log.answer = () => {
      throw away; // after 800 ms of trying
    };
    const batcher = new Batcher(log);
    const waits: number[] = [];
    for (let ms = 0; ms < 10_000; ms += 10) {
      const at = performance.now();
      void batcher.submit(entry(String(ms))).catch(() => waits.push(performance.now() - at));
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
    // After the first failure only the one that finds out has to wait.
    expect(waits.filter((ms) => ms > 0).length).toBeLessThan(120);
    log.answer = undefined;
    await vi.advanceTimersByTimeAsync(2_000);
    const outcome = batcher.submit(entry('a'));
    await vi.advanceTimersByTimeAsync(850);
    expect(await outcome).toEqual(answered('a'));
  });

  it('keeps batches large where a commit takes its time whatever it holds', async () => {
    const log = new SlowLog(() => 700);
    expect(Object.keys(await offer(new Batcher(log), 500, 20))).toEqual(['acknowledged']);
    expect(Math.min(...log.sizes.slice(1))).toBeGreaterThan(300);
  });

  it('has large batches again soon after the log did not answer for a while', async () => {
    let away = true;
    const log = new SlowLog((rows) => (away ? 2_000 : 40 + rows / 20));
    const batcher = new Batcher(log);
    expect(Object.keys(await offer(batcher, 100, 10))).toEqual(['store-away']);
    away = false;
    await vi.advanceTimersByTimeAsync(2_000);
    await offer(batcher, 5_000, 1);
    expect(Object.keys(await offer(batcher, 5_000, 5))).toEqual(['acknowledged']);
    expect(Math.max(...log.sizes)).toBeGreaterThan(200);
  });
});
