import { patchInnerModule, patchOnce } from './patch-once.js';

/** The part of kafkajs 2.2.4's `src/network/requestQueue` that the patch looks at. */
export interface RequestQueuePrototype {
  scheduleCheckPendingRequests: (this: RequestQueueState) => void;
}

interface RequestQueueState {
  readonly pending: readonly unknown[];
  /** ms since 1970; −1 when the broker never throttled us. */
  readonly throttledUntil: number;
}

/**
 * Stops kafkajs from spinning on idle connections (tulios/kafkajs#1751). After its first response every connection
 * re-arms a timer of one millisecond for ever, because the marker for "not throttled" (−1) is subtracted from the
 * clock; nine idle connections cost about 6 % of a core, and Node 24 prints TimeoutNegativeWarning. Returning early
 * when nothing waits and nothing is throttled is enough: the code that enqueues a request schedules the check itself.
 *
 * Can be removed when kafkajs releases a fix of #1751, or with kafkajs.
 *
 * @returns undefined when in place, otherwise why it is not; the intake works either way.
 */
export function applyIdleTimerPatch(): string | undefined {
  return patchInnerModule('network/requestQueue', (inner, version) => {
    const { prototype } = inner as { prototype: RequestQueuePrototype };
    return patchRequestQueue(prototype, version);
  });
}

/** Patches one prototype, once. */
export function patchRequestQueue(prototype: RequestQueuePrototype, version: string): string | undefined {
  return patchOnce(prototype, 'idle-timer', version, () => {
    const original = prototype.scheduleCheckPendingRequests;
    if (typeof original !== 'function' || !/this\.throttledUntil - Date\.now\(\)/.test(String(original))) {
      return 'scheduleCheckPendingRequests of kafkajs does not look as expected';
    }
    prototype.scheduleCheckPendingRequests = function scheduleUnlessIdle() {
      if (this.pending.length === 0 && this.throttledUntil <= Date.now()) return;
      original.call(this);
    };
    return undefined;
  });
}
