import { createRequire } from 'node:module';

/** The part of kafkajs 2.2.4's `src/network/requestQueue` that the patch looks at. */
export interface RequestQueuePrototype {
  scheduleCheckPendingRequests: (this: RequestQueueState) => void;
}

interface RequestQueueState {
  readonly pending: readonly unknown[];
  /** ms since 1970; −1 when the broker never throttled us. */
  readonly throttledUntil: number;
}

const PATCHED_VERSION = '2.2.4';
const PATCHED = Symbol.for('chargelog.idle-timer-patch');

/**
 * Stops kafkajs from spinning on idle connections (tulios/kafkajs#1751). After its first response every connection
 * re-arms a timer of one millisecond for ever, because the marker for "not throttled" (−1) is subtracted from the
 * clock; nine idle connections cost about 6 % of a core, and Node 24 prints TimeoutNegativeWarning. Returning early
 * when nothing waits and nothing is throttled is enough: whoever enqueues a request schedules the check itself.
 *
 * Changes nothing and says so when kafkajs is not the version this was written for. Remove with the client.
 *
 * @returns undefined when in place, otherwise why it is not; the intake works either way.
 */
export function applyIdleTimerPatch(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require('kafkajs/package.json') as { version: string };
    const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueuePrototype };
    return patchRequestQueue(prototype, version);
  } catch (error) {
    return `kafkajs was not found in the expected shape: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Patches one prototype, once. */
export function patchRequestQueue(prototype: RequestQueuePrototype, version: string): string | undefined {
  if (PATCHED in prototype) return undefined;
  if (version !== PATCHED_VERSION) return `written for kafkajs ${PATCHED_VERSION}, found ${version}`;
  const original = prototype.scheduleCheckPendingRequests;
  if (typeof original !== 'function' || !/this\.throttledUntil - Date\.now\(\)/.test(String(original))) {
    return 'scheduleCheckPendingRequests of kafkajs does not look as expected';
  }
  prototype.scheduleCheckPendingRequests = function scheduleUnlessIdle() {
    if (this.pending.length === 0 && this.throttledUntil <= Date.now()) return;
    original.call(this);
  };
  Object.defineProperty(prototype, PATCHED, { value: true });
  return undefined;
}
