import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer, Receiver, SECRET } from '@test/simulator/receiver.js';
import { Account } from '../account/account.js';
import { Random } from '../random.js';
import { Dispatcher, type RetryPolicy } from './dispatcher.js';
import type { PlannedCopy } from './plan.js';
import { WebhookSender } from './webhook-sender.js';

let receiver: Receiver;
let sender: WebhookSender;
let account: Account;

beforeEach(async () => {
  receiver = await Receiver.start();
  sender = new WebhookSender({
    url: receiver.webhookUrl,
    secret: SECRET,
    tenant: 'demo',
    connections: 8,
    timeoutMs: 5_000,
  });
  account = new Account();
});

afterEach(async () => {
  await sender.close();
  await receiver.stop();
});

function dispatcher(retry: Partial<RetryPolicy> = {}, maxInFlight = 8): Dispatcher {
  return new Dispatcher({
    senders: { webhook: sender },
    maxInFlight: { webhook: maxInFlight, kafka: 1 },
    retry: { attempts: 5, firstDelayMs: 5, maxDelayMs: 20, ...retry },
    account,
    random: new Random(1),
  });
}

function planned(id: number, delayMs = 0): PlannedCopy {
  const body = { notification: 'evse.changed', evseId: id };
  const tracked = account.add({ name: body.notification, body });
  const copy = {
    tracked,
    name: body.notification,
    transport: 'webhook',
    body: Buffer.from(JSON.stringify(body)),
  } as const;
  return { copy, delayMs, why: delayMs > 0 ? 'reordered' : 'first' };
}

const evseIds = (): unknown[] =>
  receiver.received.map(({ body }) => (JSON.parse(body.toString()) as { evseId: unknown }).evseId);

describe('Dispatcher', () => {
  it('sends the same bytes again until the receiver takes them', async () => {
    receiver.misbehave = (_request, response, nth) => {
      if (nth > 2) return false;
      answer(response, 503, {});
      return true;
    };
    const subject = dispatcher();
    subject.submit(planned(1));
    await subject.idle();

    expect(new Set(receiver.received.map(({ body }) => body.toString())).size).toBe(1);
    expect(account).toMatchObject({ retryCount: 2, givenUpCount: 0 });
    expect(account.webhook).toMatchObject({ sent: 3, acknowledged: { stored: 1 } });
    expect(account.webhook.refused).toEqual(new Map([[503, 2]]));
  });

  it('tries again when the connection breaks before the answer: one more copy, the same event', async () => {
    receiver.misbehave = ({ body }, response, nth) => {
      if (nth > 1) return false;
      receiver.store(JSON.parse(body.toString()) as never);
      response.destroy();
      return true;
    };
    const subject = dispatcher();
    subject.submit(planned(1));
    await subject.idle();

    expect(account.webhook.unreachable.size).toBe(1);
    expect(account.webhook.sent).toBe(2);
  });

  it('gives up after the last attempt', async () => {
    receiver.misbehave = (_request, response) => {
      answer(response, 500, {});
      return true;
    };
    const subject = dispatcher({ attempts: 3 });
    subject.submit(planned(1));
    await subject.idle();

    expect(account).toMatchObject({ retryCount: 2, givenUpCount: 1 });
    expect(receiver.received).toHaveLength(3);
  });

  it('waits as long as the receiver asks', async () => {
    receiver.misbehave = (_request, response, nth) => {
      if (nth > 1) return false;
      answer(response, 429, {}, { 'retry-after': '0.2' });
      return true;
    };
    const subject = dispatcher({ firstDelayMs: 1 });
    const startedAt = performance.now();
    subject.submit(planned(1));
    await subject.idle();

    expect(performance.now() - startedAt).toBeGreaterThan(195);
  });

  it('lets later copies overtake one that is held back', async () => {
    const subject = dispatcher();
    subject.submit(planned(1, 100));
    subject.submit(planned(2));
    subject.submit(planned(3, 20));
    await subject.idle();

    expect(evseIds()).toEqual([2, 3, 1]);
  });

  it('never has more on their way than it may', async () => {
    const subject = dispatcher({}, 3);
    for (let id = 0; id < 60; id++) subject.submit(planned(id));
    expect(subject.inFlightCount).toBe(3);
    await subject.idle();

    expect(receiver.busiest).toBeLessThanOrEqual(3);
    expect(account.webhook.acknowledged.stored).toBe(60);
  });

  it('sends at once what was held back when it must hurry', async () => {
    const subject = dispatcher();
    subject.submit(planned(1, 60_000));
    subject.hurry();
    subject.submit(planned(2, 60_000));
    await subject.idle();

    expect(new Set(evseIds())).toEqual(new Set([1, 2]));
  });

  it('drops what waits when the run is abandoned, and counts it', async () => {
    const subject = dispatcher();
    for (let id = 0; id < 5; id++) subject.submit(planned(id, 60_000));
    subject.abandon();
    await subject.idle();

    expect(account.abandonedCount).toBe(5);
    expect(receiver.received).toHaveLength(0);
  });

  it('does not try again after it was abandoned', async () => {
    const subject = dispatcher({ firstDelayMs: 60_000, maxDelayMs: 60_000 });
    receiver.misbehave = (_request, response) => {
      subject.abandon();
      answer(response, 503, {});
      return true;
    };
    subject.submit(planned(1));
    await subject.idle();

    expect(account).toMatchObject({ abandonedCount: 1, retryCount: 0 });
  });
});
