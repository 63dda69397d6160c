import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pollLoop } from './poll-loop.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Starts a loop whose looks take 30 ms each and fail when told to; notes when each begins. */
function startLoop(options: Partial<Parameters<typeof pollLoop>[0]> = {}) {
  const stop = new AbortController();
  const startedAt = performance.now();
  const beginnings: number[] = [];
  const failures: unknown[] = [];
  const state = { isFailing: false };
  const look = async (): Promise<void> => {
    beginnings.push(performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (state.isFailing) throw new Error('unreachable');
  };
  const onFailure = (error: unknown) => void failures.push(error);
  const ended = pollLoop({ signal: stop.signal, everyMs: 100, look, onFailure, ...options });
  return { stop, ended, beginnings, failures, state };
}

it('looks at once, and again after a wait that begins when the look has ended', async () => {
  const { beginnings } = startLoop();

  await vi.advanceTimersByTimeAsync(300);

  expect(beginnings).toEqual([0, 130, 260]);
});

it('looks first after a wait where that is asked for', async () => {
  const { beginnings } = startLoop({ firstAfterMs: 50 });

  await vi.advanceTimersByTimeAsync(200);

  expect(beginnings).toEqual([50, 180]);
});

it('reports a look that fails, waits longer after it, and goes on', async () => {
  const { beginnings, failures, state } = startLoop({ afterFailureMs: 500 });
  state.isFailing = true;
  await vi.advanceTimersByTimeAsync(100);
  state.isFailing = false;

  await vi.advanceTimersByTimeAsync(600);

  expect(beginnings).toEqual([0, 530, 660]);
  expect(failures).toEqual([new Error('unreachable')]);
});

it('ends with the error of a look that fails when nobody wants to hear of failures', async () => {
  const failing = () => Promise.reject(new Error('a fault in the look'));
  const stop = new AbortController();

  await expect(pollLoop({ signal: stop.signal, everyMs: 100, look: failing })).rejects.toThrow('a fault');
  expect(vi.getTimerCount()).toBe(0);
});

it('waits for the look under way when it is stopped, and does not look again', async () => {
  const { stop, ended, beginnings } = startLoop();
  const onEnd = vi.fn();
  void ended.then(onEnd);
  await vi.advanceTimersByTimeAsync(10);
  stop.abort();

  await vi.advanceTimersByTimeAsync(19);
  expect(onEnd).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(onEnd).toHaveBeenCalledOnce();
  expect(beginnings).toEqual([0]);
});

it('ends at once when it is stopped during a wait, also the first', async () => {
  const waiting = startLoop();
  const notBegun = startLoop({ firstAfterMs: 60_000 });
  await vi.advanceTimersByTimeAsync(40);
  for (const { stop } of [waiting, notBegun]) stop.abort();

  await Promise.all([waiting.ended, notBegun.ended]);
  expect(notBegun.beginnings).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
