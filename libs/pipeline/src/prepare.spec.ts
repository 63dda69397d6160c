import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTIFICATIONS } from '@chargelog/catalogue';
import { EventFlag, formatUuid, instantOfEventId, newUuidV7, type Delivery } from '@chargelog/domain';
import { loadSamples } from '../../../test/fixtures/ampeco/load.js';
import type { EventDraft } from './ports/event-log.js';
import { prepare } from './prepare.js';

const RECEIVED_AT = Date.UTC(2026, 2, 14, 9, 27);

function delivery(body: string | Buffer, parts: Partial<Delivery> = {}): Delivery {
  return {
    key: newUuidV7(RECEIVED_AT),
    source: { id: 1, name: 'ampeco', kind: 'webhook', tenant: 'acme', tenantId: 1 },
    receivedAt: RECEIVED_AT,
    body: Buffer.from(body),
    headers: {},
    ...parts,
  };
}

function eventOf(body: string | Buffer, parts: Partial<Delivery> = {}): EventDraft {
  const prepared = prepare(delivery(body, parts));
  if (prepared.outcome !== 'event') throw new Error(`quarantined: ${prepared.detail}`);
  return prepared;
}

const at = (timestamp: string): string => JSON.stringify({ notification: 'x.y', timestamp });

describe('prepare', () => {
  it.each(loadSamples())('makes $file an event of type $type', (sample) => {
    const draft = eventOf(sample.body);
    expect([draft.notification, draft.type, draft.subject]).toEqual([
      sample.notification,
      sample.type,
      sample.subject,
    ]);
  });

  it.each([
    ['', 'not-json'],
    ['{', 'not-json'],
    ['[]', 'not-an-object'],
    ['{}', 'no-notification-name'],
    ['{"notification":5}', 'no-notification-name'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'not-utf8'],
    [`${'['.repeat(100)}${']'.repeat(100)}`, 'too-deep'],
  ])('puts %j into quarantine with its reason', (body, reason) => {
    const given = delivery(body);
    expect(prepare(given)).toMatchObject({ outcome: 'quarantine', reason, delivery: given });
  });

  it('is total: whatever a signed body holds, it becomes an event or an entry of quarantine', () => {
    const names = fc.oneof(fc.constantFrom(...NOTIFICATIONS.map(({ name }) => name)), fc.string());
    const members = [
      'action',
      'status',
      'session',
      'location',
      'meterValues',
      'chargePointId',
      'error',
      'user',
    ];
    const bodies = fc.dictionary(
      fc.oneof(fc.constantFrom(...members, 'timestamp', '__proto__', 'lastUpdatedAt'), fc.string()),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(names, bodies, (notification, body) => {
        const prepared = prepare(delivery(JSON.stringify({ ...body, notification })));
        expect(['event', 'quarantine']).toContain(prepared.outcome);
      }),
      { numRuns: 500 },
    );
  });

  it('gives equal contents one id, whatever their spelling, and other contents another', () => {
    const id = (body: string): string => formatUuid(eventOf(body).id);
    const one = id('{"notification":"x.y","timestamp":"2026-03-14T09:26:53Z","site":"a/b","n":1.0}');
    expect(id('{ "n":1,"site":"a\\/b","timestamp":"2026-03-14T09:26:53Z", "notification":"x.y" }')).toBe(one);
    expect(id('{"notification":"x.y","timestamp":"2026-03-14T09:26:53Z","site":"a/b","n":2}')).not.toBe(one);
  });

  it('places a dated body at its own time', () => {
    const draft = eventOf(at('2026-03-14T09:26:53Z'));
    expect(instantOfEventId(draft.id)).toBe(Date.UTC(2026, 2, 14, 9, 26, 53));
    expect([draft.undatedKey, draft.flags]).toEqual([undefined, EventFlag.unrecognized]);
  });

  it('places an undated body at its arrival, with a key that does not depend on it', () => {
    const draft = eventOf('{"notification":"x.y"}');
    const later = eventOf('{"notification":"x.y"}', { receivedAt: RECEIVED_AT + 1_000 });
    expect(draft.flags & EventFlag.undated).toBeTruthy();
    expect(instantOfEventId(draft.id)).toBe(RECEIVED_AT);
    expect(draft.undatedKey).toHaveLength(16);
    expect(later.undatedKey).toEqual(draft.undatedKey);
    expect(later.id).not.toEqual(draft.id);
  });

  it('places an undated Kafka record at the time of the record', () => {
    const kafka = { clusterId: 'c', topic: 't', partition: 0, offset: 7n, timestamp: RECEIVED_AT - 5_000 };
    expect(instantOfEventId(eventOf('{"notification":"x.y"}', { kafka }).id)).toBe(RECEIVED_AT - 5_000);
    const without = { ...kafka, timestamp: undefined };
    expect(instantOfEventId(eventOf('{"notification":"x.y"}', { kafka: without }).id)).toBe(RECEIVED_AT);
  });

  it.each([
    ['a day ahead', at('2026-03-15T09:27:00Z'), 0],
    ['more than a day ahead', at('2026-03-15T09:27:00.001Z'), EventFlag.implausibleTime],
    ['at the first day of 2015', at('2015-01-01T00:00:00Z'), 0],
    ['before 2015', at('2014-12-31T23:59:59Z'), EventFlag.implausibleTime],
  ])('flags a clock that is wrong: %s', (_what, body, flag) => {
    expect(eventOf(body).flags & EventFlag.implausibleTime).toBe(flag);
  });

  it('flags a byte order mark and repeated keys', () => {
    expect(eventOf(`\uFEFF${at('2026-03-14T09:26:53Z')}`).flags & EventFlag.byteOrderMark).toBeTruthy();
    const repeated = '{"notification":"x.y","a":1,"a":2}';
    expect(eventOf(repeated).flags & EventFlag.duplicateKeys).toBeTruthy();
  });
});
