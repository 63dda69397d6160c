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
    ['[]', 'array'],
    ['7', 'not-an-object'],
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

  it('places an undated record of a producer whose clock was never set at its arrival', () => {
    const kafka = { clusterId: 'c', topic: 't', partition: 0, offset: 7n };
    for (const timestamp of [0, -1, Date.UTC(2000, 0, 1), Date.UTC(2036, 0, 1)]) {
      const draft = eventOf('{"notification":"x.y"}', { kafka: { ...kafka, timestamp } });
      expect(instantOfEventId(draft.id)).toBe(RECEIVED_AT);
    }
  });

  it.each([
    ['1970, as after a boot', '1970-01-01T00:00:07Z'],
    ['2000, as without a battery', '2000-01-01T00:00:00Z'],
    ['2036, where the seconds of NTP begin anew', '2036-02-07T06:28:16Z'],
  ])('takes the same status at two boots for two, when the charger stamps %s', (_what, timestamp) => {
    const [first, second] = [0, 86_400_000].map((ms) =>
      eventOf(at(timestamp), { receivedAt: RECEIVED_AT + ms }),
    );
    expect(first?.id).not.toEqual(second?.id);
    expect(first?.flags).toBe(EventFlag.unrecognized | EventFlag.undated);
    expect(first?.departures).toContainEqual({
      path: '/timestamp',
      kind: 'wrong-clock',
      expected: 'time from 2015 to 2035',
    });
  });

  it.each([
    ['ten minutes ahead', at('2026-03-14T09:37:00Z'), 0],
    ['more than ten minutes ahead', at('2026-03-14T09:37:00.001Z'), EventFlag.ahead],
    ['years ahead', at('2035-12-31T23:59:59Z'), EventFlag.ahead],
    ['years behind', at('2015-01-01T00:00:00Z'), 0],
    ['never set', at('2036-01-01T00:00:00Z'), 0],
  ])('marks the event of a clock that is %s of its arrival', (_what, body, flag) => {
    const draft = eventOf(body);
    expect(draft.flags & EventFlag.ahead).toBe(flag);
    const ahead = { path: '/timestamp', kind: 'wrong-clock', expected: 'at most 10 minutes after arrival' };
    if (flag === 0) expect(draft.departures).not.toContainEqual(ahead);
    else expect(draft.departures).toContainEqual(ahead);
  });

  it('names where the time that is ahead stands, and calls the body conforming all the same', () => {
    const meterValues = [{ timestamp: '2026-04-14T09:37:00Z', measurand: 'x', value: 1, unit: 'y' }];
    const body = JSON.stringify({
      notification: 'SessionMeterValuesNotification',
      sessionId: 1,
      evseId: 2,
      chargePointId: 3,
      meterValues,
    });
    const draft = eventOf(body);
    expect(draft.departures.filter(({ kind }) => kind === 'wrong-clock').map(({ path }) => path)).toEqual([
      '/meterValues/*/timestamp',
    ]);
    expect(draft.flags & EventFlag.nonconforming).toBe(
      eventOf(body.replace('2026-04-14', '2026-03-14')).flags & EventFlag.nonconforming,
    );
  });

  it.each([
    ['PHP without a colon in the offset', '"2026-03-14T09:26:53+0000"', true],
    ['an offset of hours', '"2026-03-14T10:26:53+01"', true],
    ['a decimal comma', '"2026-03-14T09:26:53,000Z"', true],
    ['words', '"yesterday"', false],
    ['seconds since 1970', '1773480413', false],
    ['seconds since 1970 as text', '"1773480413"', false],
    ['the null date of MySQL', '"0000-00-00 00:00:00"', false],
    ['a date object of PHP', '{"date":"2026-03-14 09:26:53.000000","timezone":"UTC"}', false],
  ])('reads the time a body gives as %s, or calls it undated', (_what, written, isRead) => {
    const draft = eventOf(`{"notification":"x.y","timestamp":${written}}`);
    expect(draft.flags & EventFlag.undated).toBe(isRead ? 0 : EventFlag.undated);
    expect(instantOfEventId(draft.id)).toBe(isRead ? Date.UTC(2026, 2, 14, 9, 26, 53) : RECEIVED_AT);
  });

  describe('the stamp of an undated body', () => {
    const stampOf = (
      headers: Record<string, string>,
      body = '{"notification":"x.y"}',
      parts: Partial<Delivery> = {},
    ) => eventOf(body, { headers, ...parts }).undatedStamp?.toString('hex');
    const T = '2026-03-14T09:26:59.123456Z';

    it('is the same in every copy that keeps X-Timestamp, whatever else differs', () => {
      const stamp = stampOf({ 'x-timestamp': T });
      expect(stamp).toHaveLength(32);
      expect(stampOf({ 'x-timestamp': ` ${T}`, 'x-webhook-id': '7', 'x-signature': 'b' })).toBe(stamp);
      expect(stampOf({ 'x-timestamp': T }, '{ "notification": "x.y" }')).toBe(stamp);
      expect(stampOf({ 'x-timestamp': T }, undefined, { receivedAt: RECEIVED_AT + 86_400_000 })).toBe(stamp);
    });

    it('is another one with another X-Timestamp or content', () => {
      const all = [
        stampOf({ 'x-timestamp': T }),
        stampOf({ 'x-timestamp': '2026-03-14T09:27:00Z' }),
        stampOf({ 'x-timestamp': T }, '{"notification":"x.z"}'),
      ];
      expect(new Set(all).size).toBe(3);
    });

    it('is not made of X-Webhook-Id, which names the subscription', () => {
      expect(stampOf({ 'x-webhook-id': '7' })).toBeUndefined();
      expect(stampOf({ 'x-timestamp': ' ' })).toBeUndefined();
    });

    it('of a Kafka record is where it stands, unless it carries X-Timestamp', () => {
      const kafka = { clusterId: 'c', topic: 't', partition: 0, offset: 7n, timestamp: RECEIVED_AT };
      const key = newUuidV7(RECEIVED_AT);
      expect(stampOf({}, undefined, { kafka, key })).toBe(stampOf({}, undefined, { kafka, key }));
      expect(stampOf({}, undefined, { kafka })).not.toBe(stampOf({}, undefined, { kafka }));
      expect(stampOf({ 'x-timestamp': T }, undefined, { kafka })).toBe(stampOf({ 'x-timestamp': T }));
    });

    it('is not needed by a dated body', () => {
      expect(stampOf({ 'x-timestamp': T }, at('2026-03-14T09:26:53Z'))).toBeUndefined();
    });
  });

  it('flags a byte order mark and repeated keys', () => {
    expect(eventOf(`\uFEFF${at('2026-03-14T09:26:53Z')}`).flags & EventFlag.byteOrderMark).toBeTruthy();
    const repeated = '{"notification":"x.y","a":1,"a":2}';
    expect(eventOf(repeated).flags & EventFlag.duplicateKeys).toBeTruthy();
  });
});
