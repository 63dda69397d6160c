import { describe, expect, it } from 'vitest';
import { FeedSignal } from './feed-signal.js';

/** Longer than any test: a waiter that is not woken fails by the runner's limit. */
const LONG_MS = 600_000;

class Horizon {
  asked = 0;
  failing = false;
  at = 10n;
  private readonly askers: { count: number; resolve: () => void }[] = [];

  horizon(): Promise<bigint> {
    this.asked += 1;
    for (const asker of this.askers) if (this.asked >= asker.count) asker.resolve();
    return this.failing ? Promise.reject(new Error('away')) : Promise.resolve(this.at);
  }

  /** Resolves when it has been asked so often. */
  askedTimes(count: number): Promise<void> {
    return this.asked >= count
      ? Promise.resolve()
      : new Promise((resolve) => this.askers.push({ count, resolve }));
  }
}

const never = (): AbortSignal => new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('FeedSignal', () => {
  it('wakes those whose position the horizon has passed, and no others', async () => {
    const reader = new Horizon();
    const signal = new FeedSignal(reader);
    const near = signal.wait(10n, LONG_MS, never());
    const leave = new AbortController();
    const far = signal.wait(11n, LONG_MS, leave.signal);
    await reader.askedTimes(2);
    expect(signal.waiting).toBe(2);
    reader.at = 11n;
    await near;
    expect(signal.waiting).toBe(1);
    leave.abort();
    await far;
    expect(signal.waiting).toBe(0);
  });

  it('wakes at once when the horizon has moved before the wait began', async () => {
    await new FeedSignal(new Horizon()).wait(9n, LONG_MS, never());
  });

  it('asks once for all who wait', async () => {
    const reader = new Horizon();
    const signal = new FeedSignal(reader);
    const all = Array.from({ length: 50 }, () => signal.wait(10n, LONG_MS, never()));
    await turn();
    expect(reader.asked).toBe(1);
    reader.at = 11n;
    await Promise.all(all);
    expect(reader.asked).toBe(2);
  });

  it('does not ask while nobody waits', async () => {
    const reader = new Horizon();
    const signal = new FeedSignal(reader);
    await turn();
    expect(reader.asked).toBe(0);
    await signal.wait(9n, LONG_MS, never());
    const asked = reader.asked;
    await new Promise((resolve) => setTimeout(resolve, 100)); // five polls, if any were made
    expect(reader.asked).toBe(asked);
  });

  it('ends a wait after its time', async () => {
    const signal = new FeedSignal(new Horizon());
    await signal.wait(10n, 1, never());
    expect(signal.waiting).toBe(0);
  });

  it('does not wait for a client that has gone', async () => {
    const reader = new Horizon();
    await new FeedSignal(reader).wait(10n, LONG_MS, AbortSignal.abort());
    expect(reader.asked).toBe(0);
  });

  it('wakes everybody on close, and lets nobody wait afterwards', async () => {
    const signal = new FeedSignal(new Horizon());
    const waits = [signal.wait(10n, LONG_MS, never()), signal.wait(11n, LONG_MS, never())];
    expect(signal.isClosed).toBe(false);
    signal.close();
    await Promise.all(waits);
    await signal.wait(10n, LONG_MS, never());
    expect([signal.isClosed, signal.waiting]).toEqual([true, 0]);
  });

  it('wakes everybody when the store is away, and works again when it is back', async () => {
    const reader = new Horizon();
    reader.failing = true;
    const signal = new FeedSignal(reader);
    await Promise.all([signal.wait(10n, LONG_MS, never()), signal.wait(11n, LONG_MS, never())]);
    reader.failing = false;
    const wait = signal.wait(10n, LONG_MS, never());
    reader.at = 11n;
    await wait;
  });
});
