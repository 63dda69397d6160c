import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { applyStoppedFetcherPatch, patchRunner, type RunnerPrototype } from './stopped-fetcher.patch.js';

interface FetchManager {
  start(): Promise<void>;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
const createFetchManager = require('kafkajs/src/consumer/fetchManager') as (options: object) => FetchManager;
const logger = { debug: () => undefined, info: () => undefined, namespace: () => logger };
/** So many calls without a turn of the event loop are an endless loop; without an end of it the test would not end. */
const ENDLESS = 10_000;

/** A copy of kafkajs's prototype of its own, so that one test's patch does not reach the next. */
function freshPrototype(): RunnerPrototype {
  const path = require.resolve('kafkajs/src/consumer/runner');
  const cached = require.cache[path];
  delete require.cache[path];
  const { prototype } = require(path) as { prototype: RunnerPrototype };
  if (cached === undefined) delete require.cache[path];
  else require.cache[path] = cached;
  return prototype;
}

/** Fetchers that are started after the consumer was stopped, as when brokers changed at that moment. */
function startedTooLate({ fetch }: RunnerPrototype, brokers: readonly string[]) {
  const seen = { calls: 0 };
  const fetchManager: FetchManager = createFetchManager({
    logger,
    getNodeIds: () => brokers,
    handler: () => undefined,
    fetch: (nodeId: string) => {
      seen.calls += 1;
      if (seen.calls > ENDLESS) throw new Error('endless');
      return fetch.call(runner, nodeId);
    },
  });
  const runner = { running: false, fetchManager, logger, consumerGroup: {} };
  return { seen, ended: fetchManager.start() };
}

describe('a consumer that is stopped while its brokers change', () => {
  it('freezes the process without the patch, which is why the patch exists', async () => {
    await expect(startedTooLate(freshPrototype(), ['1']).ended).rejects.toThrow('endless');
  });

  it.each([[['1']], [['1', '2', '3']]])('ends its new fetchers of brokers %j', async (brokers) => {
    const prototype = freshPrototype();
    expect(patchRunner(prototype, '2.2.4')).toBeUndefined();

    const { seen, ended } = startedTooLate(prototype, brokers);

    await ended;
    expect(seen.calls).toBe(brokers.length);
  });

  it('is told when kafkajs is another one', () => {
    expect(patchRunner(freshPrototype(), '2.3.0')).toBe('written for kafkajs 2.2.4, found 2.3.0');
    expect(patchRunner({ fetch: () => Promise.resolve([]) }, '2.2.4')).toMatch('does not look as expected');
  });

  it('is patched in the kafkajs that is installed', () => {
    expect(applyStoppedFetcherPatch()).toBeUndefined();
  });
});
