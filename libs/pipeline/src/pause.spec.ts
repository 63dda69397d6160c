import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backOffMs, pause, waitAtMost } from './pause.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a pause', () => {
  it('takes as long as it says', async () => {
    const ended = vi.fn();
    void pause(100, new AbortController().signal).then(ended);

    await vi.advanceTimersByTimeAsync(99);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalledOnce();
  });

  it('ends at once when its signal is aborted, before or during it, and leaves no timer behind', async () => {
    const stop = new AbortController();
    const during = pause(60_000, stop.signal);
    stop.abort();

    await during;
    await pause(60_000, stop.signal);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the wait after a failed attempt', () => {
  it('doubles up to its limit, whatever the number of the attempt', () => {
    expect([0, 1, 2, 3, 4, 5_000].map((attempt) => backOffMs(attempt, 100, 1_000))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
  });
});

describe('a limited wait for some work', () => {
  it.each([
    ['succeeds', () => Promise.resolve()],
    ['fails', () => Promise.reject(new Error('failed'))],
  ])('ends when the work %s, and leaves no timer behind', async (_, work) => {
    await waitAtMost(60_000, work());

    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends after its limit when the work does not', async () => {
    const ended = vi.fn();
    void waitAtMost(100, new Promise(() => undefined)).then(ended);

    await vi.advanceTimersByTimeAsync(99);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalledOnce();
  });
});
