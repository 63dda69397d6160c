import { patchInnerModule, patchOnce } from './patch-once.js';

/** The part of kafkajs 2.2.4's `src/consumer/runner` that the patch looks at. */
export interface RunnerPrototype {
  fetch: (this: RunnerState, nodeId: string) => Promise<readonly unknown[]>;
}

interface RunnerState {
  readonly running: boolean;
  readonly fetchManager: { stop(): Promise<void> };
}

/**
 * Ends the fetchers of a consumer that has been stopped. When brokers come or go, kafkajs ends its fetchers and starts new
 * ones; a stop in between ends the old ones only. The new ones ask a runner that does not run, are given nothing, and ask
 * again at once: a loop of promises, in which the process runs no timer and reads no socket any more. Webhooks, health and
 * signals are then not answered, and nothing but SIGKILL ends the process.
 *
 * Can be removed with kafkajs (ADR 0010).
 *
 * @returns undefined when in place, otherwise why it is not.
 */
export function applyStoppedFetcherPatch(): string | undefined {
  return patchInnerModule('consumer/runner', (inner, version) => {
    const { prototype } = inner as { prototype: RunnerPrototype };
    return patchRunner(prototype, version);
  });
}

/** Patches one prototype, once. */
export function patchRunner(prototype: RunnerPrototype, version: string): string | undefined {
  return patchOnce(prototype, 'stopped-fetcher', version, () => {
    const original = prototype.fetch;
    if (typeof original !== 'function' || !/if \(!this\.running\)/.test(String(original))) {
      return 'the fetch of a runner of kafkajs does not look as expected';
    }
    prototype.fetch = function fetchUnlessStopped(nodeId) {
      if (this.running) return original.call(this, nodeId);
      // It waits for the fetcher that is asking: not awaited here, or both would wait for ever.
      void this.fetchManager.stop();
      return Promise.resolve([]);
    };
    return undefined;
  });
}
