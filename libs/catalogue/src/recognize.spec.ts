import { EventFlag, readNotificationBody, relatedColumn, type JsonObject } from '@chargelog/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSamples } from '../../../test/fixtures/ampeco/load.js';
import { EVENT_TYPES, isViolation, NOTIFICATIONS, recognize, recognizeBody, subjectKindOf } from './index.js';

const typeOf = (notification: string, body: JsonObject): string => recognize(notification, body).type;
const isNonconforming = (notification: string, body: JsonObject): boolean =>
  (recognize(notification, body).flags & EventFlag.nonconforming) !== 0;

/** The sample of a notification with some members replaced; undefined leaves one out. */
function sampleWith(notification: string, members: Readonly<Record<string, unknown>>): JsonObject {
  const sample = loadSamples().find(({ file }) => file === `${notification}.json`);
  const body = JSON.parse(sample?.body.toString() ?? '{}') as JsonObject;
  return JSON.parse(JSON.stringify({ ...body, ...members })) as JsonObject;
}

describe('the type of an event', () => {
  it.each([
    ['session.start.stop.notification', { sessionId: 1, action: 'pause' }, 'session.changed'],
    ['session.start.stop.notification', { sessionId: 1 }, 'session.changed'],
    ['SessionStartStopNotification', { sessionId: 1, action: 'pause' }, 'session.changed'],
    ['SubOperatorChangedNotification', { subOperator: { id: 6 }, action: 'updated' }, 'subOperator.changed'],
    ['PartnerChangedNotification', { user: { id: '7' }, action: 'updated' }, 'partner.changed'],
    ['reservation.changed', { reservationId: 1, status: 'lapsed' }, 'reservation.changed'],
    ['user.invoiceDetails.changed', { userId: 1, action: 'deleted' }, 'user.invoiceDetails.changed'],
    ['evse.changed', { evseId: 1, action: 'constructor' }, 'evse.changed'],
    ['evse.changed', { evseId: 1, action: ['created'] }, 'evse.changed'],
    ['evse.changed', { evseId: 1, action: '' }, 'evse.changed'],
    ['LocationChangedNotification', { location: { id: 1 }, action: 'moved' }, 'location.changed'],
    ['LocationChangedNotification', { location: { id: 1 }, action: 5 }, 'location.changed'],
  ])('of %s with %j is %s, nonconforming', (notification, body, type) => {
    expect(typeOf(notification, body)).toBe(type);
    expect(isNonconforming(notification, body)).toBe(true);
  });

  it.each([
    ['SessionStartStopNotification', { action: undefined, stoppedAtTimestamp: undefined }, 'session.started'],
    ['SessionStartStopNotification', { action: undefined }, 'session.stopped'],
    ['SessionStartStopNotification', { action: 'start' }, 'session.started'],
    ['LocationChangedNotification', { action: undefined }, 'location.updated'],
    ['LocationChangedNotification', { action: 'deleted' }, 'location.deleted'],
    ['reservation.changed', { status: 'cancelled' }, 'reservation.canceled'],
    ['reservation.changed', { status: 'canceled' }, 'reservation.canceled'],
    ['UserChangedNotification', { action: 'permanently deleted' }, 'user.erased'],
    ['ChargePointSyncConfigurationNotification', { error: '' }, 'chargePoint.configurationSynced'],
    ['authorization.changed', { action: 'updated' }, 'authorization.updated'],
    ['IssueChangedNotification', { action: 'updated' }, 'issue.updated'],
  ])('of the %s of the samples with %j is %s', (notification, members, type) => {
    const body = sampleWith(notification, members);
    expect(typeOf(notification, body)).toBe(type);
    expect(isNonconforming(notification, body)).toBe(false);
  });

  it.each([
    ['SessionStartStopNotification', { action: null, stoppedAtTimestamp: null }, 'session.started'],
    ['SessionStartStopNotification', { action: null, stoppedAtTimestamp: '' }, 'session.started'],
    ['SessionStartStopNotification', { action: null }, 'session.stopped'],
    ['ChargePointSyncConfigurationNotification', { error: null }, 'chargePoint.configurationSynced'],
  ])('takes null in %s with %j for absence, but not for conforming', (notification, members, type) => {
    const body = sampleWith(notification, members);
    expect(typeOf(notification, body)).toBe(type);
    expect(isNonconforming(notification, body)).toBe(true);
  });
});

describe('the subject of an event', () => {
  const subjectOfEvse = (evseId: JsonObject[string]) =>
    recognize('evse.changed', { evseId, action: 'updated' }).subject;

  it.each([
    [2291, '2291'],
    [0, '0'],
    [-0, '0'],
    ['2291', '2291'],
    ['0042', '0042'],
    ['DE*XYZ*E1', 'DE*XYZ*E1'],
    ['é𝄞', 'é𝄞'],
    ['x'.repeat(255), 'x'.repeat(255)],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('takes %j as the id "%s"', (written, id) => {
    expect(subjectOfEvse(written)).toEqual({ kind: 'evse', id });
  });

  it.each([
    [null],
    [''],
    [1.5],
    [2 ** 53],
    [true],
    [{ id: 1 }],
    [[1]],
    ['a\u0000b'],
    ['a\ud800'],
    ['\udc00a'],
    ['x'.repeat(256)],
  ])('finds none in %j and calls the body nonconforming', (written) => {
    expect(subjectOfEvse(written)).toBeUndefined();
    expect(isNonconforming('evse.changed', { evseId: written, action: 'updated' })).toBe(true);
  });

  it('may be missing where the specification does not require it, but not be unreadable', () => {
    expect(isNonconforming('BootNotification', {})).toBe(false);
    expect(isNonconforming('BootNotification', { chargePointId: null })).toBe(true);
    expect(isNonconforming('BootNotification', { chargePointId: 'a\u0000' })).toBe(true);
    expect(isNonconforming('NetworkStatusNotification', {})).toBe(true);
  });

  it('of a hardware status is the charge point only when no EVSE is named', () => {
    const about = (body: JsonObject) => {
      const { type, subject } = recognize('HardwareStatusNotification', body);
      return [type, subject && `${subject.kind}/${subject.id}`];
    };
    expect(about({ chargePointId: 1, evseId: 2 })).toEqual(['evse.hardwareStatusChanged', 'evse/2']);
    expect(about({ chargePointId: 1 })).toEqual(['chargePoint.hardwareStatusChanged', 'chargePoint/1']);
    expect(about({ chargePointId: 1, evseId: null })).toEqual([
      'chargePoint.hardwareStatusChanged',
      'chargePoint/1',
    ]);
    expect(about({ chargePointId: 1, evseId: {} })).toEqual(['evse.hardwareStatusChanged', undefined]);
    expect(isNonconforming('HardwareStatusNotification', { chargePointId: 1, evseId: {} })).toBe(true);
  });

  it('takes the first spelling of the member that is not blank', () => {
    const subject = (body: JsonObject) => recognize('ChargePointChangedNotification', body).subject?.id;
    expect(subject({ 'charge-point': { id: 2 } })).toBe('2');
    expect(subject({ chargePoint: null, 'charge-point': { id: 2 } })).toBe('2');
    expect(subject({ chargePoint: { id: 1 }, 'charge-point': { id: 2 } })).toBe('1');
    expect(recognize('idTag.changed', { idTagId: 5, action: 'created' }).subject?.id).toBe('5');
  });
});

describe('related ids', () => {
  const relatedOf = (notification: string, body: JsonObject) => recognize(notification, body).related;

  it('are collected from the top level of any body, known name or not', () => {
    const ids = { chargePointId: 1, evseId: '2', sessionId: 3, userId: '4', locationId: 5 };
    const all = { chargePoint: 1n, evse: 2n, session: 3n, user: 4n, location: 5n };
    expect(relatedOf('depot.slotAssigned', ids)).toEqual(all);
    expect(relatedOf('tariff.published', { ...ids, user: { id: 9 } })).toEqual(all);
    expect(relatedOf('circuit.changed', { ...ids, circuitId: 6 })).toEqual(all);
  });

  it.each([
    ['999999999999999999', 999_999_999_999_999_999n],
    ['0042', 42n],
    [0, 0n],
    [Number.MAX_SAFE_INTEGER, 9_007_199_254_740_991n],
  ])('take %j', (written, id) => {
    expect(relatedOf('depot.slotAssigned', { evseId: written })).toEqual({ evse: id });
  });

  it.each(['1000000000000000000', '9223372036854775808', '-1', '1.0', '0x1', 'E1', 'DE*XYZ*E1', '\u0661'])(
    'take the text "%s" as it is, in the column by a negative number of its own',
    (written) => {
      const { related, relatedTexts } = recognize('depot.slotAssigned', { evseId: written });
      expect(related).toEqual({ evse: relatedColumn(written) });
      expect(relatedColumn(written)).toBeLessThan(0n);
      expect(relatedColumn(written)).toBeGreaterThanOrEqual(-(2n ** 63n));
      expect(relatedTexts).toEqual({ evse: written });
    },
  );

  it('take every digit of a number that no double holds', () => {
    const body =
      '{"notification":"depot.slotAssigned","evseId":9007199254740993,"sessionId":92233720368547758070,"n":0.10000000000000000001}';
    const read = readNotificationBody(Buffer.from(body));
    expect(read.ok && recognizeBody(read)).toMatchObject({
      related: { evse: 9_007_199_254_740_993n, session: relatedColumn('92233720368547758070') },
      relatedTexts: { session: '92233720368547758070' },
    });
    const about = readNotificationBody(
      Buffer.from('{"notification":"evse.changed","evseId":9007199254740993,"action":"updated"}'),
    );
    expect(about.ok && recognizeBody(about).subject).toEqual({ kind: 'evse', id: '9007199254740993' });
  });

  it.each([
    [1.5],
    [2 ** 53],
    [null],
    [true],
    [[1]],
    [{ id: 1 }],
    [''],
    ['a\u0000'],
    ['a\n'],
    ['x'.repeat(256)],
  ])('leave out %j', (written) => {
    expect(relatedOf('depot.slotAssigned', { evseId: written })).toEqual({});
  });

  it('hold the subject whose own id is no number', () => {
    const { subject, related } = recognize('SessionMeterValuesNotification', {
      sessionId: 'ext-9',
      chargePointId: 1,
    });
    expect(subject).toEqual({ kind: 'session', id: 'ext-9' });
    expect(related).toEqual({ chargePoint: 1n, session: relatedColumn('ext-9') });
  });

  it('agree with the subject where two places differ', () => {
    const body = { sessionId: 1, evseId: 2, session: { id: '11', evseId: 12 } };
    expect(relatedOf('SessionUpdateNotification', body)).toEqual({ session: 11n, evse: 12n });
  });

  it('come from the first of several spellings that gives one', () => {
    const body = { chargePoint: { id: 1, locationId: 3 }, 'charge-point': { id: 2, locationId: 4 } };
    const related = relatedOf('ChargePointChangedNotification', { ...body, action: 'updated' });
    expect(related).toEqual({ chargePoint: 1n, location: 3n });
  });

  it('never take the partner of PartnerChangedNotification for a user', () => {
    const { subject, related } = recognize('PartnerChangedNotification', {
      user: { id: '77' },
      action: 'created',
    });
    expect(subject).toEqual({ kind: 'partner', id: '77' });
    expect(related).toEqual({});
  });

  it("take the charge point of an installer's job only when it is the only one", () => {
    const job = (...ids: number[]) => ({ id: 5, locationId: 3, chargePoints: ids.map((id) => ({ id })) });
    expect(relatedOf('installerJob.changed', job(1))).toEqual({ location: 3n, chargePoint: 1n });
    expect(relatedOf('installerJob.changed', job(1, 2))).toEqual({ location: 3n });
    expect(relatedOf('installerJob.changed', job())).toEqual({ location: 3n });
    expect(relatedOf('installerJob.changed', { id: 5, chargePoints: { '[only]': { id: 1 } } })).toEqual({});
  });
});

describe('a name the catalogue does not hold', () => {
  it.each(['depot.slotAssigned', 'constructor', '__proto__', 'bootnotification', 'issue.changed', ' '])(
    'survives: "%s"',
    (notification) => {
      expect(recognize(notification, { id: 5, action: 'created' })).toEqual({
        type: 'unrecognized',
        subject: undefined,
        related: {},
        flags: EventFlag.unrecognized,
        supersededBy: undefined,
        departures: [{ path: '', kind: 'unknown-name', expected: 'a notification of the catalogue' }],
      });
    },
  );
});

describe('the departures of an event', () => {
  const departuresOf = (notification: string, body: JsonObject) =>
    recognize(notification, body).departures.map(({ path, kind }) => `${kind} ${path}`);

  it('are none for a body that departs in nothing', () => {
    expect(departuresOf('evse.changed', sampleWith('evse.changed', {}))).toEqual([]);
  });

  it('name what keeps an event from its type where AMPECO does not require the member', () => {
    expect(departuresOf('ReservationChangedNotification', {})).toEqual(['missing-field /status']);
    expect(departuresOf('subscriptionPlan.changed', { action: '' })).toEqual(['new-value /action']);
  });

  it('name an id that is of the documented type but no id', () => {
    const sample = sampleWith('cdr.received', {});
    expect(departuresOf('cdr.received', { ...sample, id: 'a\u0000' })).toEqual(['other-type /id']);
    expect(departuresOf('cdr.received', { ...sample, id: '' })).toEqual(['missing-field /id']);
    expect(departuresOf('evse.changed', sampleWith('evse.changed', { evseId: 2 ** 53 }))).toEqual([
      'other-type /evseId',
    ]);
  });

  it('name a place once where schema and subject both object', () => {
    const body = sampleWith('ChargePointChangedNotification', { chargePoint: { id: {} } });
    expect(departuresOf('ChargePointChangedNotification', body)).toEqual([
      'other-type /chargePoint/id',
      'missing-field /chargePoint/networkProtocol',
      'missing-field /chargePoint/networkStatus',
      'missing-field /chargePoint/accessType',
      'missing-field /chargePoint/evses',
    ]);
  });

  it('name the cause alone where a subject cannot be found because of it', () => {
    const without = (notification: string, name: string) =>
      Object.fromEntries(Object.entries(sampleWith(notification, {})).filter(([member]) => member !== name));
    expect(departuresOf('TariffChangedNotification', without('TariffChangedNotification', 'tariff'))).toEqual(
      ['missing-field /tariff'],
    );
    const { evseId, ...status } = without('HardwareStatusNotification', 'chargePointId');
    expect(evseId).toBeDefined();
    expect(departuresOf('HardwareStatusNotification', status)).toEqual(['missing-field /chargePointId']);
    const old = sampleWith('ChargePointChangedNotification', {});
    const { chargePoint, ...rest } = old;
    const { id, ...nameless } = chargePoint as JsonObject;
    expect(id).toBeDefined();
    expect(departuresOf('ChargePointChangedNotification', { ...rest, 'charge-point': nameless })).toEqual([
      'missing-field /charge-point/id',
    ]);
  });
});

describe('a deprecated name', () => {
  it('says so on every event and names its successor', () => {
    const body = sampleWith('AuthorizationNotification', {});
    const { flags, supersededBy } = recognize('AuthorizationNotification', body);
    expect(flags).toBe(EventFlag.deprecated);
    expect(supersededBy).toBe('authorization.changed');
    expect(recognize('ReservationChangedNotification', {}).flags).toBe(
      EventFlag.deprecated | EventFlag.nonconforming,
    );
  });
});

describe('whatever a body holds', () => {
  const names = NOTIFICATIONS.map(({ name }) => name);
  // Members that decide a type or a subject are frequent, so that they meet every kind of value.
  const members =
    'action status error stoppedAtTimestamp id chargePointId evseId sessionId userId locationId session chargePoint ' +
    'charge-point location user chargePoints tariff subOperator authorizationId circuitId issueId __proto__ constructor';
  const member = fc.constantFrom(...members.split(' '));
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<unknown>('created', 'start', 'stop', 'active', 'permanently deleted', 1, '7', null),
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(member, tie('value'), { maxKeys: 4 }),
    ),
  })).value;
  const body = fc
    .oneof(fc.dictionary(member, value, { maxKeys: 8 }), fc.dictionary(fc.string(), value, { maxKeys: 4 }))
    .map((object) => JSON.parse(JSON.stringify(object)) as JsonObject);
  const notification = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, fc.string());

  it('gives a type of the closed set and never throws', () => {
    fc.assert(
      fc.property(notification, body, (notification, body) => {
        const { type, subject, related, flags, departures } = recognize(notification, body);
        expect(EVENT_TYPES).toContain(type);
        expect(type === 'unrecognized').toBe(!names.includes(notification));
        if (subject !== undefined) {
          expect(subject.id).toMatch(/^[^\0]{1,255}$/su);
          expect(subject.kind).toBe(subjectKindOf(type) ?? subject.kind);
        }
        expect(departures.some(isViolation)).toBe((flags & EventFlag.nonconforming) !== 0);
        expect(departures.length).toBeLessThanOrEqual(50);
        for (const id of Object.values(related)) {
          expect(typeof id).toBe('bigint');
          expect(id >= -(2n ** 63n) && id < 2n ** 63n).toBe(true);
        }
        expect(flags & ~(EventFlag.nonconforming | EventFlag.unrecognized | EventFlag.deprecated)).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });
});
