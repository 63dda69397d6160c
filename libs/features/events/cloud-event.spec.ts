import { describe, expect, it } from 'vitest';
import { EventFlag, type StoredEvent } from '@chargelog/domain';
import { renderCloudEvent } from './cloud-event.js';

const EVENT: StoredEvent = {
  id: '01a20bcf-a366-812e-9b07-8d9b7b8d5639',
  position: 9_007_199_254_740_993n,
  occurredAt: Date.UTC(2026, 2, 14, 9, 26, 53),
  receivedAt: Date.UTC(2026, 2, 14, 9, 26, 54, 7),
  tenant: 'acme',
  source: 'ampeco',
  transport: 'webhook',
  notification: 'SessionStartStopNotification',
  type: 'session.started',
  subject: { kind: 'session', id: '904512' },
  related: { chargePoint: '1187', evse: '2291', session: '904512', user: '5', location: '318' },
  flags: 0,
  data: '{"b":1,"a":2}',
};
const RAW = { normalized: false, masked: false };
const NORMALIZED = { normalized: true, masked: false };
const render = (parts: Partial<StoredEvent> = {}, form = NORMALIZED) =>
  JSON.parse(renderCloudEvent({ ...EVENT, ...parts }, form)) as Record<string, unknown>;

describe('renderCloudEvent', () => {
  it('gives every attribute under its name', () => {
    expect(render()).toEqual({
      specversion: '1.0',
      id: EVENT.id,
      source: '/tenants/acme/ampeco',
      type: 'session.started',
      subject: 'session/904512',
      time: '2026-03-14T09:26:53.000Z',
      datacontenttype: 'application/json',
      dataschema: '/v1/schemas/SessionStartStopNotification/1',
      tenant: 'acme',
      notification: 'SessionStartStopNotification',
      position: '9007199254740993',
      receivedat: '2026-03-14T09:26:54.007Z',
      transport: 'webhook',
      gatewaysource: 'ampeco',
      conformance: 'conforming',
      chargepointid: '1187',
      evseid: '2291',
      sessionid: '904512',
      userid: '5',
      locationid: '318',
      data: { a: 2, b: 1 },
    });
  });

  it('keeps to the attribute names CloudEvents allows: lower-case letters and digits, at most 20', () => {
    const flags = Object.values(EventFlag).reduce((sum, flag) => sum | flag, 0);
    for (const name of Object.keys(render({ flags }))) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });

  it('serves a raw body as it is: numbers beyond a double, key order, duplicate keys', () => {
    const data = '{"b":12345678901234567890.10,"a":1e400,"a":"\\u0430","\\"data\\"":0}';
    expect(renderCloudEvent({ ...EVENT, data }, RAW).endsWith(`,"data":${data}}`)).toBe(true);
  });

  it('serves normalized data: ids as text, instants in UTC', () => {
    const data =
      '{"notification":"evse.changed","evseId":2291,"lastUpdatedAt":"2026-03-14 10:26:53+01:00","new":1.0}';
    const event = { ...EVENT, notification: 'evse.changed', data };
    expect(renderCloudEvent(event, NORMALIZED)).toContain(
      '"data":{"notification":"evse.changed","evseId":"2291","lastUpdatedAt":"2026-03-14T09:26:53Z","new":1.0}',
    );
    expect(render({ notification: 'evse.changed', data }, RAW)).not.toHaveProperty('dataschema');
  });

  it('leaves out what is sensitive for readers without the scope, and says where it stood', () => {
    const data =
      '{"notification":"UserChangedNotification","user":{"id":"5","email":"a@b.c"},"a b":{"password":"x"}}';
    const parts = { notification: 'UserChangedNotification', data };
    for (const normalized of [true, false]) {
      const event = render(parts, { normalized, masked: true });
      expect(event).toMatchObject({
        maskedpaths: '/user/email /a%20b/password',
        data: { user: { id: '5' } },
      });
      expect(JSON.stringify(event)).not.toContain('a@b.c');
    }
    expect(render(parts)).not.toHaveProperty('maskedpaths');
  });

  it('describes no schema of a name the catalogue does not hold', () => {
    expect(render({ notification: 'something.new' })).not.toHaveProperty('dataschema');
  });

  it('leaves out what is not known', () => {
    const bare = render({ subject: undefined, related: {} });
    for (const name of [
      'subject',
      'chargepointid',
      'evseid',
      'undated',
      'ahead',
      'deprecated',
      'supersededby',
    ]) {
      expect(bare).not.toHaveProperty(name);
    }
  });

  it.each([
    [0, 'conforming'],
    [EventFlag.nonconforming, 'nonconforming'],
    [EventFlag.unrecognized, 'unrecognized'],
    [EventFlag.unrecognized | EventFlag.nonconforming, 'unrecognized'],
  ])('tells the conformance of flags %i', (flags, conformance) => {
    expect(render({ flags })).toMatchObject({ conformance });
  });

  it('says what is undated, ahead or deprecated, and what replaces a deprecated name', () => {
    expect(render({ flags: EventFlag.undated | EventFlag.ahead })).toMatchObject({
      undated: true,
      ahead: true,
    });
    expect(render({ flags: EventFlag.deprecated })).toMatchObject({
      deprecated: true,
      supersededby: 'session.start.stop.notification',
    });
  });

  it('cannot be led out of its string by what a sender chose', () => {
    const name = '"},"data":{"x":1}\n';
    expect(render({ notification: name, subject: { kind: 'tariff', id: name } })).toMatchObject({
      notification: name,
      subject: `tariff/${name}`,
      data: { a: 2, b: 1 },
    });
  });
});
