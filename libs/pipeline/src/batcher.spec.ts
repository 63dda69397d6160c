import { GatewayError, newDeliveryKey } from '@chargelog/domain';
import { describe, expect, it } from 'vitest';
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

const outcomesOf = (batch: AppendBatch): AppendOutcome[] =>
  batch.entries.map((entry) => ({ outcome: 'quarantined', quarantineId: textOf(entry) }));
const textOf = (entry: Prepared): string => entry.delivery.body.toString();
const entry = (text: string): QuarantineDraft => ({
  outcome: 'quarantine',
  reason: 'not-json',
  detail: 'The body is not JSON.',
  delivery: {
    key: newDeliveryKey(0),
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
