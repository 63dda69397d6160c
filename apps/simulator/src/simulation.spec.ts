import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_KEY, answer, Receiver, SECRET } from '@test/simulator/receiver.js';
import { GatewayFeed } from './account/gateway-feed.js';
import { isClean, renderReport, type SimulationResult } from './account/report.js';
import { WebhookSender } from './deliveries/webhook-sender.js';
import { simulate } from './simulation.js';

let receiver: Receiver;
let webhook: WebhookSender;

beforeEach(async () => {
  receiver = await Receiver.start();
  webhook = new WebhookSender({
    url: receiver.webhookUrl,
    secret: SECRET,
    tenant: 'demo',
    connections: 16,
    timeoutMs: 5_000,
  });
});

afterEach(async () => {
  await webhook.close();
  await receiver.stop();
});

function run(
  options: { durationMs?: number; duplicates?: number; attempts?: number; stop?: AbortSignal } = {},
): Promise<SimulationResult> {
  return simulate(
    {
      seed: 11,
      rate: 1_000,
      durationMs: options.durationMs ?? 600,
      chargePoints: 6,
      duplicates: options.duplicates ?? 0,
      reorder: 0,
      concurrency: 16,
      retry: { attempts: options.attempts ?? 6, firstDelayMs: 5, maxDelayMs: 40 },
      settleWithinMs: 200,
    },
    {
      webhook,
      kafka: undefined,
      feed: new GatewayFeed(receiver.baseUrl, ADMIN_KEY),
      output: undefined,
      stop: options.stop ?? new AbortController().signal,
      giveUp: new AbortController().signal,
    },
  );
}

describe('a simulation against a gateway that does its work', () => {
  it('agrees, with every notification stored once', async () => {
    const result = await run();

    expect(result.account.notifications.size).toBe(600);
    expect(receiver.events).toHaveLength(600);
    expect(result.account.webhook.acknowledged).toEqual({
      stored: 600,
      duplicate: 0,
      quarantined: 0,
      taken: 0,
    });
    expect(result.comparison).toMatchObject({ agrees: true, sentCount: 600, foundCount: 600 });
    expect(renderReport(result)).toContain('AGREES: the gateway’s feed has all 600 notifications');
  });

  it('agrees again at once with the same seed: no body of the run before is made again', async () => {
    await run({ durationMs: 100 });
    const second = await run({ durationMs: 100 });

    expect(second.comparison).toMatchObject({ agrees: true, sentCount: 100, othersCount: 0 });
  });

  it('ends early when it is stopped, with an account of what was sent', async () => {
    const stop = new AbortController();
    receiver.misbehave = (_request, _response, nth) => {
      if (nth === 50) stop.abort();
      return false;
    };
    const result = await run({ durationMs: 60_000, stop: stop.signal, duplicates: 0.5 });

    expect(result.interrupted).toBe(true);
    expect(result.comparison?.agrees).toBe(true);
    expect(result.account.notifications.size).toBeLessThan(60_000); // as many as a whole run makes
  });
});

describe('a simulation against a gateway with faults', () => {
  it('agrees when a gateway that was overloaded took everything in the end', async () => {
    receiver.misbehave = (_request, response, nth) => {
      if (nth > 100 && nth % 10 !== 0) return false;
      answer(response, 503, {});
      return true;
    };
    // Of the hundred refusals one notification may get many, by the turns that a busy machine gives.
    const result = await run({ attempts: 100 });

    expect(result.account.retryCount).toBeGreaterThanOrEqual(100);
    expect(result.account.givenUpCount).toBe(0);
    expect(result.comparison?.agrees).toBe(true);
  });

  it('differs when the gateway acknowledged what it did not keep', async () => {
    receiver.misbehave = (_request, response, nth) => {
      if (nth % 100 !== 0) return false;
      answer(response, 202, { outcome: 'stored', eventId: `forgotten-${nth}` });
      return true;
    };
    const result = await run();

    expect(result.comparison).toMatchObject({ agrees: false, lostCount: 6 });
    expect(isClean(result)).toBe(false);
    expect(renderReport(result)).toContain('6 acknowledged but not in the feed');
  });
});
