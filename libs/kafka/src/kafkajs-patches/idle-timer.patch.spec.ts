import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyIdleTimerPatch, patchRequestQueue, type RequestQueuePrototype } from './idle-timer.patch.js';

interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  checkPendingRequests(): void;
  destroy(): void;
}
type RequestQueueClass = { new (options: object): RequestQueue; prototype: RequestQueuePrototype };

const require = createRequire(import.meta.url);

/** A copy of kafkajs's class of its own, so that one test's patch does not reach the next. */
function freshRequestQueueClass(): RequestQueueClass {
  const path = require.resolve('kafkajs/src/network/requestQueue');
  const cached = require.cache[path];
  delete require.cache[path];
  const fresh = require(path) as RequestQueueClass;
  if (cached === undefined) delete require.cache[path];
  else require.cache[path] = cached;
  return fresh;
}

function createQueue(RequestQueue: RequestQueueClass): RequestQueue {
  return new RequestQueue({
    maxInFlightRequests: 1,
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: 'test',
    broker: 'localhost:9092',
    logger: { debug: () => undefined, warn: () => undefined },
  });
}

/** Timers that fire in one second after a response has been handled. */
function timersPerSecond(queue: RequestQueue): number {
  const armed = vi.spyOn(globalThis, 'setTimeout');
  queue.checkPendingRequests();
  vi.advanceTimersByTime(1_000);
  queue.destroy();
  return armed.mock.calls.length;
}

describe('the idle timer of kafkajs', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('spins without the patch, which is why the patch exists', () => {
    expect(timersPerSecond(createQueue(freshRequestQueueClass()))).toBeGreaterThan(500);
  });

  it('is not armed at all on an idle connection with the patch', () => {
    const RequestQueue = freshRequestQueueClass();

    expect(patchRequestQueue(RequestQueue.prototype, '2.2.4')).toBeUndefined();

    expect(timersPerSecond(createQueue(RequestQueue))).toBe(0);
  });

  it('still runs while requests wait, and while the broker throttles', () => {
    const RequestQueue = freshRequestQueueClass();
    patchRequestQueue(RequestQueue.prototype, '2.2.4');
    const throttled = createQueue(RequestQueue);
    throttled.throttledUntil = Date.now() + 400;
    expect(timersPerSecond(throttled)).toBe(1);

    const waiting = createQueue(RequestQueue);
    const send = vi.fn();
    waiting.throttledUntil = Date.now() + 400;
    waiting.pending.push({ send, expectResponse: true });
    waiting.checkPendingRequests();
    vi.advanceTimersByTime(399);
    expect(send).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(send).toHaveBeenCalledOnce();
  });

  it('is applied once, however often it is asked for', () => {
    const { prototype } = freshRequestQueueClass();
    patchRequestQueue(prototype, '2.2.4');
    const patched = prototype.scheduleCheckPendingRequests;

    expect(patchRequestQueue(prototype, '2.2.4')).toBeUndefined();
    expect(prototype.scheduleCheckPendingRequests).toBe(patched);
  });

  it('is left alone, with the reason, in another version or shape', () => {
    const { prototype } = freshRequestQueueClass();
    const original = prototype.scheduleCheckPendingRequests;

    expect(patchRequestQueue(prototype, '2.3.0')).toBe('written for kafkajs 2.2.4, found 2.3.0');
    expect(prototype.scheduleCheckPendingRequests).toBe(original);
    expect(patchRequestQueue({ scheduleCheckPendingRequests: () => undefined }, '2.2.4')).toMatch(
      /does not look as expected/,
    );
  });

  it('fits the kafkajs that is installed', () => {
    expect(applyIdleTimerPatch()).toBeUndefined();
  });
});
