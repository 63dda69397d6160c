import { describe, expect, it } from 'vitest';
import { fallbackTypeOf } from './catalogue.js';
import {
  CATALOGUE_VERSION,
  entryOf,
  EVENT_TYPES,
  expandTypePattern,
  NOTIFICATIONS,
  subjectKindOf,
  supersededBy,
} from './index.js';

const changed = (resource: string, ...rest: string[]): string[] =>
  [...rest, 'changed'].map((what) => `${resource}.${what}`);
const CUD = ['created', 'updated', 'deleted'];
const CU = ['created', 'updated'];
const RESERVATION = changed('reservation', 'active', 'expired', 'canceled', 'done');

/** Every name with every type it can give. A name or type that differs here changes what readers filter by. */
const TYPES_OF_NAME: Readonly<Record<string, readonly string[]>> = {
  BootNotification: ['chargePoint.booted'],
  ChargePointChangedNotification: changed('chargePoint', ...CUD),
  'chargePoint.changed': changed('chargePoint', ...CUD),
  'evse.changed': changed('evse', ...CUD),
  ChargePointSyncConfigurationNotification: [
    'chargePoint.configurationSynced',
    'chargePoint.configurationSyncFailed',
  ],
  DiagnosticsStatusNotification: ['chargePoint.diagnosticsStatusChanged'],
  FirmwareStatusNotification: ['chargePoint.firmwareStatusChanged'],
  HardwareStatusNotification: ['evse.hardwareStatusChanged', 'chargePoint.hardwareStatusChanged'],
  NetworkStatusNotification: ['chargePoint.networkStatusChanged'],
  SecurityEventNotification: ['chargePoint.securityEventRaised'],
  'chargePoint.dataTransferReceived': ['chargePoint.dataTransferReceived'],
  'chargingProfile.applied': ['chargingProfile.applied'],
  SessionStartStopNotification: changed('session', 'started', 'stopped'),
  'session.start.stop.notification': changed('session', 'started', 'stopped'),
  SessionUpdateNotification: ['session.updated'],
  SessionMeterValuesNotification: ['session.metered'],
  AuthorizationNotification: ['authorization.updated'],
  'authorization.changed': changed('authorization', ...CU),
  CircuitConsumptionNotification: ['circuit.consumptionReported'],
  'circuit.changed': changed('circuit', ...CUD),
  LocationChangedNotification: changed('location', ...CUD),
  TariffChangedNotification: changed('tariff', ...CUD),
  UserChangedNotification: changed('user', ...CUD, 'erased'),
  'user.invoiceDetails.changed': changed('user.invoiceDetails', ...CU),
  'user.paymentMethod.changed': changed('user.paymentMethod', ...CUD),
  PaymentMethodChangedNotification: changed('user.paymentMethod', ...CUD),
  'user.subscriptionChanged': ['user.subscriptionChanged'],
  'user.subscription.changed': ['user.subscriptionChanged'],
  'userBalance.changed': ['user.balanceChanged'],
  PartnerChangedNotification: changed('partner', 'created', 'deleted'),
  'partner.changed': changed('partner', ...CUD),
  'partnerInvite.changed': changed('partnerInvite', ...CUD),
  PartnerInviteChangedNotification: changed('partnerInvite', ...CUD),
  SubOperatorChangedNotification: changed('subOperator', 'created', 'deleted'),
  'reservation.changed': RESERVATION,
  ReservationChangedNotification: RESERVATION,
  'idTag.changed': changed('idTag', ...CUD),
  'roamingPlatform.changed': changed('roamingPlatform', ...CUD),
  'transaction.changed': changed('transaction', ...CU),
  'subscriptionPlan.changed': changed('subscriptionPlan', ...CUD),
  'settlementReport.created': ['settlementReport.created'],
  'cdr.received': ['cdr.received'],
  'installerJob.changed': changed('installerJob', ...CU),
  IssueChangedNotification: changed('issue', ...CUD),
  'parkingSpace.occupancyStatus.changed': ['parkingSpace.occupancyChanged'],
};

const SUPERSEDED: Readonly<Record<string, string>> = {
  AuthorizationNotification: 'authorization.changed',
  ChargePointChangedNotification: 'chargePoint.changed',
  SessionStartStopNotification: 'session.start.stop.notification',
  'user.subscriptionChanged': 'user.subscription.changed',
  PartnerChangedNotification: 'partner.changed',
  PartnerInviteChangedNotification: 'partnerInvite.changed',
  PaymentMethodChangedNotification: 'user.paymentMethod.changed',
  ReservationChangedNotification: 'reservation.changed',
};

describe('the catalogue', () => {
  it('holds the names that AMPECO sends, each once', () => {
    const names = NOTIFICATIONS.map(({ name }) => name);
    expect(names.toSorted()).toEqual(Object.keys(TYPES_OF_NAME).toSorted());
    expect(names).toHaveLength(45);
  });

  it.each(Object.entries(TYPES_OF_NAME))('gives %s no other types than %j', (name, types) => {
    const entry = entryOf(name);
    if (entry === undefined) throw new Error(`no entry for ${name}`);
    const fallback = fallbackTypeOf(entry);
    expect([...entry.type.types, ...(fallback === undefined ? [] : [fallback])].toSorted()).toEqual(
      types.toSorted(),
    );
  });

  it('keeps event types a closed, sorted set', () => {
    const types = new Set(['unrecognized', ...Object.values(TYPES_OF_NAME).flat()]);
    expect(EVENT_TYPES).toEqual([...types].toSorted());
  });

  it('calls exactly the older name of each pair deprecated, and says which is current', () => {
    for (const { name, deprecated } of NOTIFICATIONS) {
      expect([name, deprecated, supersededBy(name)]).toEqual([name, name in SUPERSEDED, SUPERSEDED[name]]);
    }
    for (const current of Object.values(SUPERSEDED)) expect(entryOf(current)?.deprecated).toBe(false);
  });

  it('admits which names are only inferred', () => {
    const inferred = NOTIFICATIONS.filter(({ evidence }) => evidence !== 'documented');
    expect(inferred.map(({ name }) => name)).toEqual([
      'FirmwareStatusNotification',
      'IssueChangedNotification',
    ]);
  });

  it('describes every name in one line', () => {
    for (const { title } of NOTIFICATIONS) expect(title).toMatch(/^[A-Z][^\n]{10,90}[^.]$/);
  });

  it('is at version 1', () => {
    expect(CATALOGUE_VERSION).toBe(1);
  });

  it('knows no entry for names that every object inherits', () => {
    expect(entryOf('constructor')).toBeUndefined();
    expect(supersededBy('toString')).toBeUndefined();
  });
});

describe('subjectKindOf', () => {
  it.each([
    ['session.started', 'session'],
    ['evse.hardwareStatusChanged', 'evse'],
    ['chargePoint.hardwareStatusChanged', 'chargePoint'],
    ['user.paymentMethod.created', 'user'],
    ['user.balanceChanged', 'user'],
    ['partner.changed', 'partner'],
    ['parkingSpace.occupancyChanged', 'parkingSpace'],
  ])('says of %s: %s', (type, kind) => {
    expect(subjectKindOf(type)).toBe(kind);
  });

  it('knows the kind of every type but of those whose subject is decided by the body', () => {
    const open = EVENT_TYPES.filter((type) => subjectKindOf(type) === undefined);
    expect(open).toEqual(['chargingProfile.applied', 'unrecognized']);
  });

  it('knows nothing of what is no type', () => {
    expect(subjectKindOf('session.*')).toBeUndefined();
    expect(subjectKindOf('constructor')).toBeUndefined();
  });
});

describe('expandTypePattern', () => {
  it('gives an exact type as itself', () => {
    for (const type of EVENT_TYPES) expect(expandTypePattern(type)).toEqual([type]);
  });

  it('gives all types of a resource, sorted', () => {
    expect(expandTypePattern('session.*')).toEqual([
      'session.changed',
      'session.metered',
      'session.started',
      'session.stopped',
      'session.updated',
    ]);
  });

  it('reaches types further below, and has patterns for them too', () => {
    expect(expandTypePattern('user.*')).toEqual(EVENT_TYPES.filter((type) => type.startsWith('user.')));
    expect(expandTypePattern('user.*')).toContain('user.invoiceDetails.updated');
    expect(expandTypePattern('user.invoiceDetails.*')).toEqual([
      'user.invoiceDetails.changed',
      'user.invoiceDetails.created',
      'user.invoiceDetails.updated',
    ]);
  });

  it('does not take one resource for another that begins alike', () => {
    expect(expandTypePattern('partner.*')).not.toContain('partnerInvite.created');
  });

  it.each(['', '*', '.*', '*.*', 'session', 'session.', 'sess*', 'session.s*', 'depot.*', 'unrecognized.*'])(
    'knows no types for "%s"',
    (pattern) => {
      expect(expandTypePattern(pattern)).toBeUndefined();
    },
  );
});
