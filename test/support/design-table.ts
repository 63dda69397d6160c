import type { JsonObject } from '@chargelog/domain';

/**
 * What a body of each notification is called and what it is about: the design's table of event types written down a second
 * time, so that the catalogue is not its own judge.
 */
interface Row {
  readonly type: (body: JsonObject) => string;
  /** Kind and the way to its id; the first that is given counts. */
  readonly subject: readonly (readonly [kind: string, ...way: readonly string[]])[];
}

/** @returns undefined for a name that the design does not have */
export function expectedOf(
  notification: string,
  body: JsonObject,
): { readonly type: string; readonly subject: string | undefined } | undefined {
  const row = TABLE[notification];
  return row && { type: row.type(body), subject: subjectOf(row, body) };
}

const CUD = ['created', 'updated', 'deleted'];
const CU = ['created', 'updated'];

const always = (type: string) => () => type;

/** A value that the table does not have gives `{resource}.changed`. */
function by(member: string, resource: string, words: readonly string[] | Readonly<Record<string, string>>) {
  const table = new Map(
    Array.isArray(words)
      ? words.map((word: string) => [word, word] as const)
      : Object.entries(words as Readonly<Record<string, string>>),
  );
  return (body: JsonObject): string => `${resource}.${table.get(body[member] as string) ?? 'changed'}`;
}

const about = (kind: string, ...way: readonly string[]): Row['subject'] => [
  [kind, ...(way.length === 0 ? [`${kind}Id`] : way)],
];

const RESERVATION: Row = {
  type: by('status', 'reservation', {
    active: 'active',
    expired: 'expired',
    canceled: 'canceled',
    cancelled: 'canceled',
    done: 'done',
  }),
  subject: about('reservation'),
};
const PAYMENT_METHOD: Row = { type: by('action', 'user.paymentMethod', CUD), subject: about('user') };
const PARTNER_INVITE: Row = { type: by('action', 'partnerInvite', CUD), subject: about('partnerInvite') };
const SUBSCRIPTION: Row = { type: always('user.subscriptionChanged'), subject: about('user') };
const EVSE_OR_CHARGE_POINT: Row['subject'] = [...about('evse'), ...about('chargePoint')];
const STARTED_STOPPED = { start: 'started', stop: 'stopped' };

const TABLE: Readonly<Record<string, Row>> = {
  BootNotification: { type: always('chargePoint.booted'), subject: about('chargePoint') },
  ChargePointChangedNotification: {
    type: by('action', 'chargePoint', CUD),
    subject: [...about('chargePoint', 'chargePoint', 'id'), ...about('chargePoint', 'charge-point', 'id')],
  },
  'chargePoint.changed': { type: by('action', 'chargePoint', CUD), subject: about('chargePoint') },
  'evse.changed': { type: by('action', 'evse', CUD), subject: about('evse') },
  ChargePointSyncConfigurationNotification: {
    type: ({ error }) =>
      isSaid(error) ? 'chargePoint.configurationSyncFailed' : 'chargePoint.configurationSynced',
    subject: about('chargePoint'),
  },
  DiagnosticsStatusNotification: {
    type: always('chargePoint.diagnosticsStatusChanged'),
    subject: about('chargePoint'),
  },
  FirmwareStatusNotification: {
    type: always('chargePoint.firmwareStatusChanged'),
    subject: about('chargePoint'),
  },
  HardwareStatusNotification: {
    type: ({ evseId }) =>
      isSaid(evseId) ? 'evse.hardwareStatusChanged' : 'chargePoint.hardwareStatusChanged',
    subject: EVSE_OR_CHARGE_POINT,
  },
  NetworkStatusNotification: {
    type: always('chargePoint.networkStatusChanged'),
    subject: about('chargePoint'),
  },
  SecurityEventNotification: {
    type: always('chargePoint.securityEventRaised'),
    subject: about('chargePoint'),
  },
  'chargePoint.dataTransferReceived': {
    type: always('chargePoint.dataTransferReceived'),
    subject: about('chargePoint'),
  },
  'chargingProfile.applied': { type: always('chargingProfile.applied'), subject: EVSE_OR_CHARGE_POINT },
  SessionStartStopNotification: {
    // The older name may come without an action; then the time of the stop tells.
    type: (body) =>
      isSaid(body['action'])
        ? by('action', 'session', STARTED_STOPPED)(body)
        : isSaid(body['stoppedAtTimestamp'])
          ? 'session.stopped'
          : 'session.started',
    subject: about('session'),
  },
  'session.start.stop.notification': {
    type: by('action', 'session', STARTED_STOPPED),
    subject: about('session'),
  },
  SessionUpdateNotification: { type: always('session.updated'), subject: about('session', 'session', 'id') },
  SessionMeterValuesNotification: { type: always('session.metered'), subject: about('session') },
  AuthorizationNotification: { type: always('authorization.updated'), subject: about('authorization') },
  'authorization.changed': { type: by('action', 'authorization', CU), subject: about('authorization') },
  CircuitConsumptionNotification: {
    type: always('circuit.consumptionReported'),
    subject: about('circuit'),
  },
  'circuit.changed': { type: by('action', 'circuit', CUD), subject: about('circuit') },
  LocationChangedNotification: {
    type: (body) => (isSaid(body['action']) ? by('action', 'location', CUD)(body) : 'location.updated'),
    subject: about('location', 'location', 'id'),
  },
  TariffChangedNotification: { type: by('action', 'tariff', CUD), subject: about('tariff', 'tariff', 'id') },
  UserChangedNotification: {
    type: by('action', 'user', {
      created: 'created',
      updated: 'updated',
      deleted: 'deleted',
      'permanently deleted': 'erased',
    }),
    subject: about('user', 'user', 'id'),
  },
  'user.invoiceDetails.changed': { type: by('action', 'user.invoiceDetails', CU), subject: about('user') },
  'user.paymentMethod.changed': PAYMENT_METHOD,
  PaymentMethodChangedNotification: PAYMENT_METHOD,
  'user.subscriptionChanged': SUBSCRIPTION,
  'user.subscription.changed': SUBSCRIPTION,
  'userBalance.changed': { type: always('user.balanceChanged'), subject: about('user') },
  PartnerChangedNotification: {
    type: by('action', 'partner', ['created', 'deleted']),
    subject: about('partner', 'user', 'id'),
  },
  'partner.changed': { type: by('action', 'partner', CUD), subject: about('partner') },
  'partnerInvite.changed': PARTNER_INVITE,
  PartnerInviteChangedNotification: PARTNER_INVITE,
  SubOperatorChangedNotification: {
    type: by('action', 'subOperator', ['created', 'deleted']),
    subject: about('subOperator', 'subOperator', 'id'),
  },
  'reservation.changed': RESERVATION,
  ReservationChangedNotification: RESERVATION,
  'idTag.changed': {
    type: by('action', 'idTag', CUD),
    subject: [...about('idTag', 'idTagsId'), ...about('idTag', 'idTagId')],
  },
  'roamingPlatform.changed': {
    type: by('action', 'roamingPlatform', CUD),
    subject: about('roamingPlatform'),
  },
  'transaction.changed': { type: by('action', 'transaction', CU), subject: about('transaction') },
  'subscriptionPlan.changed': {
    type: by('action', 'subscriptionPlan', CUD),
    subject: about('subscriptionPlan'),
  },
  'settlementReport.created': {
    type: always('settlementReport.created'),
    subject: about('settlementReport', 'id'),
  },
  'cdr.received': { type: always('cdr.received'), subject: about('cdr', 'id') },
  'installerJob.changed': { type: by('action', 'installerJob', CU), subject: about('installerJob', 'id') },
  IssueChangedNotification: { type: by('action', 'issue', CUD), subject: about('issue') },
  'parkingSpace.occupancyStatus.changed': {
    type: always('parkingSpace.occupancyChanged'),
    subject: about('parkingSpace'),
  },
};

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function subjectOf({ subject }: Row, body: JsonObject): string | undefined {
  for (const [kind, ...way] of subject) {
    let value: unknown = body;
    for (const name of way) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    if (!isSaid(value)) continue;
    const isId =
      Number.isSafeInteger(value) ||
      (typeof value === 'number' && /^\d+$/.test(String(value))) || // digit for digit, however large
      (typeof value === 'string' &&
        value.length <= 255 &&
        !value.includes('\0') &&
        !/\p{Surrogate}/u.test(value));
    return isId ? `${kind}/${value as string | number}` : undefined;
  }
  return undefined;
}
