import { createHash } from 'node:crypto';
import { mintEventId, newUuidV7, type Delivery, type Source } from '@chargelog/domain';
import type { EventDraft, QuarantineDraft } from '@chargelog/pipeline';

export const TEST_SOURCE: Source = { id: 1, name: 'ampeco', kind: 'webhook', tenant: 'acme', tenantId: 1 };

let serial = 0;

/** A number no other call of this process got: makes contents distinct. */
export function unique(): number {
  serial += 1;
  return serial;
}

export function aDelivery(parts: Partial<Delivery> = {}): Delivery {
  const receivedAt = parts.receivedAt ?? Date.now();
  return {
    key: newUuidV7(receivedAt),
    source: TEST_SOURCE,
    receivedAt,
    body: Buffer.from(JSON.stringify({ notification: 'test.happened', serial: unique() })),
    headers: { 'content-type': 'application/json' },
    verification: { secret: 'a', form: 'body:hex' },
    ...parts,
  };
}

/** An event draft as the pipeline would make it; equal content and time give equal ids. */
export function aDraft(
  parts: Partial<Omit<EventDraft, 'outcome'>> & { readonly occurredAt?: number } = {},
): EventDraft {
  const { occurredAt, ...given } = parts;
  const delivery = given.delivery ?? aDelivery();
  const content = createHash('sha256').update(delivery.body).digest();
  return {
    outcome: 'event',
    delivery,
    id: mintEventId(content, occurredAt ?? delivery.receivedAt),
    undatedKey: undefined,
    undatedStamp: undefined,
    notification: 'test.happened',
    type: 'test.happened',
    subject: undefined,
    related: {},
    flags: 0,
    departures: [],
    ...given,
  };
}

export function aQuarantineDraft(parts: Partial<QuarantineDraft> = {}): QuarantineDraft {
  return {
    outcome: 'quarantine',
    delivery: aDelivery({ body: Buffer.from('not json') }),
    reason: 'not-json',
    detail: 'The body is not JSON.',
    ...parts,
  };
}
