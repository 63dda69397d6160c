import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_KEY, Receiver } from '@test/simulator/receiver.js';
import type { NotificationBody } from '../world/notification.js';
import { Account, type TrackedNotification } from './account.js';
import { compareWithFeed, type Comparison } from './comparison.js';
import { GatewayFeed } from './gateway-feed.js';

let receiver: Receiver;
let account: Account;

beforeEach(async () => {
  receiver = await Receiver.start();
  account = new Account();
});

afterEach(() => receiver.stop());

const body = (id: number): NotificationBody => ({ notification: 'evse.changed', evseId: id });

function acknowledge(id: number, eventId?: string): TrackedNotification {
  const tracked = account.add({ name: 'evse.changed', body: body(id) });
  account.sending(tracked, 'webhook');
  account.answered(tracked, 'webhook', {
    kind: 'acknowledged',
    outcome: 'stored',
    ...(eventId !== undefined && { eventId }),
  });
  return tracked;
}

function compare(withinMs = 100, cursor = '0', key = ADMIN_KEY): Promise<Comparison> {
  return compareWithFeed(new GatewayFeed(receiver.baseUrl, key), cursor, account, { withinMs });
}

describe('compareWithFeed', () => {
  it('agrees when everything is there once, over several pages and with other senders between', async () => {
    for (let id = 0; id < 2_500; id++) {
      acknowledge(id, receiver.store(body(id)).id);
      if (id % 5 === 0) receiver.store({ notification: 'other', id });
    }

    expect(await compare()).toEqual({
      agrees: true,
      sentCount: 2_500,
      foundCount: 2_500,
      lostCount: 0,
      undeliveredCount: 0,
      repeatedCount: 0,
      misnamedCount: 0,
      othersCount: 500,
    });
  });

  it('waits for what is on its way, and no longer than that', async () => {
    acknowledge(1);
    const comparison = compare(20_000);
    await eventuallyAsked();
    receiver.store(body(1));

    const startedAt = performance.now();
    expect((await comparison).agrees).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('differs when something acknowledged never appears', async () => {
    acknowledge(1, receiver.store(body(1)).id);
    acknowledge(2);

    expect(await compare()).toMatchObject({
      agrees: false,
      foundCount: 1,
      lostCount: 1,
      undeliveredCount: 0,
    });
  });

  it('tells what was never acknowledged apart from what was lost', async () => {
    const tracked = account.add({ name: 'evse.changed', body: body(1) });
    account.sending(tracked, 'webhook');

    expect(await compare()).toMatchObject({ agrees: false, lostCount: 0, undeliveredCount: 1 });
  });

  it('takes a copy that arrived although its answer was lost for what it is', async () => {
    const tracked = account.add({ name: 'evse.changed', body: body(1) });
    account.sending(tracked, 'webhook');
    receiver.store(body(1));

    expect((await compare()).agrees).toBe(true);
  });

  it('differs when one notification became two events', async () => {
    acknowledge(1, receiver.store(body(1)).id);
    receiver.store(body(1));

    expect(await compare()).toMatchObject({ agrees: false, repeatedCount: 1, misnamedCount: 1 });
  });

  it('differs when the feed names an event otherwise than the answer did', async () => {
    receiver.store(body(1));
    acknowledge(1, 'another-id');

    expect(await compare()).toMatchObject({ agrees: false, misnamedCount: 1 });
  });

  it('differs when two copies were answered with different ids', async () => {
    const tracked = acknowledge(1, receiver.store(body(1)).id);
    account.answered(tracked, 'webhook', {
      kind: 'acknowledged',
      outcome: 'duplicate',
      eventId: 'another-id',
    });

    expect((await compare()).agrees).toBe(false);
  });

  it('does not look at what stood in the feed before the cursor', async () => {
    receiver.store(body(1));
    acknowledge(1);

    expect(await compare(100, '1')).toMatchObject({ agrees: false, lostCount: 1 });
  });

  it('differs with the reason when the feed cannot be read', async () => {
    const comparison = await compare(100, '0', 'a wrong key');

    expect(comparison).toMatchObject({
      agrees: false,
      problem: expect.stringContaining('The API key is not valid'),
    });
  });
});

/** The first read found nothing and now waits inside the receiver. */
async function eventuallyAsked(): Promise<void> {
  while (receiver.busiest === 0) await new Promise((resolve) => setImmediate(resolve));
}
