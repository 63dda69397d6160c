import { currency, externalAppData, lastUpdatedAt } from '../blocks/members.js';
import { STOP_REASONS } from '../blocks/session.js';
import {
  anything,
  boolean,
  deprecated,
  id,
  inferred,
  instant,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  required,
  sensitive,
  text,
  textId,
} from '../body-schema/build.js';
import type { Field, Members } from '../body-schema/field.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

/** An amount in the currency of the object around it. */
function moneyObject(description: string): Field {
  return object(
    {
      withTax: required(number('Amount, tax included')),
      withoutTax: number('Amount before tax'),
    },
    description,
  );
}

/** One line of a price. */
const priceBreakdown: Members = {
  type: required(
    oneOf([
      'flat',
      'connection',
      'energy',
      'charging_time',
      'idle_time',
      'power_levels_time',
      'min_price',
      'service_fee',
      'energy_flat_fee',
      'duration_flat_fee',
      'idle_flat_fee',
    ]),
  ),
  currency: required(currency),
  unit: required(oneOf(['kwh', 'minute', 'session'])),
  pricePerUnit: required(moneyObject('Price of one unit')),
  quantity: required(number('In units')),
  price: required(moneyObject('Price of all units')),
  taxPercentage: nullable(number(undefined, '%')),
};

const pricingDetails: Members = {
  chargingType: nullable(oneOf(['boosted', 'optimised'])),
  dayPeriod: nullable(oneOf(['day', 'night'])),
  pricingMethod: nullable(oneOf(['duration', 'energy', 'durationAndEnergy', 'free'])),
  price: number(),
  markup: number(),
  initialEnergyPrice: number(),
  initialDurationPrice: number(),
  startHour: text(),
  endHour: text(),
  day: text(),
};

/** A part of a session with one price. */
const chargingPeriod: Members = {
  id: required(id()),
  energy: required(integer(undefined, 'Wh')),
  startedAt: required(instant()),
  stoppedAt: nullable(instant()),
  state: required(deprecated(text(), 'chargingState')),
  chargingState: oneOf(['charging', 'idle']),
  pricingDetails: object(pricingDetails),
  amount: nullable(number('Price of the period, to more places than the sum')),
  priceBreakdown: list(object(priceBreakdown)),
  energyPrecise: inferred(number('Energy with fractions', 'Wh')),
  graceTimeEndAt: inferred(nullable(instant())),
  totalAmount: inferred(nullable(moneyObject('Price of the period'))),
};

/** The authorization of a session. Anybody who knows the number of the id tag can start a session with it. */
const authorization: Members = {
  id: required(id()),
  method: required(oneOf(['user_device', 'rfid_tag', 'admin', 'plug_and_charge'])),
  source: required(oneOf(['local', 'roaming', 'third_party'])),
  createdAt: required(instant()),
  status: required(oneOf(['accepted', 'rejected'])),
  rejectionReason: required(nullable(text())),
  userId: nullable(id()),
  rfidTagUid: sensitive(nullable(text('Number of the RFID tag'))),
  roaming: object({
    platformId: id(),
    platformRoleId: id(),
    platformRole: text(),
    reference: text('OCPI authorization_reference, or Hubject SessionID'),
    client: sensitive(text("The driver's contract: OCPI contract_id, or Hubject EVCO id")),
  }),
  lastUpdatedAt,
};

const money: Members = {
  currency,
  amount: deprecated(nullable(number('Price of the session so far')), 'totalAmount'),
  totalAmount: nullable(moneyObject('Price of the session so far')),
  tax: deprecated(nullable(object({ taxId: id(), taxPercentage: number(undefined, '%') })), 'totalAmount'),
  paymentType: oneOf(['tokenized', 'subscription', 'balance', 'corporate', 'terminal', 'bank_transfer']),
  paymentMethodId: nullable(textId('Such as `30188`, `balance`, `subscription` or `corporate:1234`')),
  terminalId: nullable(id()),
  paymentStatus: nullable(oneOf(['pending', 'paid', 'partially', 'failed'])),
  paymentStatusUpdatedAt: nullable(instant()),
  billingStatus: required(nullable(oneOf(['pending', 'suspended', 'completed']))),
  reimbursementEligibility: boolean(),
  receiptId: deprecated(nullable(id())),
  tariffSnapshotId: nullable(id()),
  electricityCost: nullable(number('What the energy costs the operator')),
  estimatedSavings: number(),
  priceBreakdown: list(
    object({
      ...priceBreakdown,
      totalPrice: required(deprecated(number(), 'price')),
      unitPrice: required(deprecated(number(), 'pricePerUnit')),
    }),
  ),
};

const energyConsumption: Members = {
  total: required(number('All energy', 'Wh')),
  local: number('From local generation', 'Wh'),
  grid: required(number('From the grid', 'Wh')),
};

const energy: Members = {
  energy: required(deprecated(number('Energy so far', 'Wh'), 'energyConsumption.total')),
  energyConsumption: required(object(energyConsumption, 'Energy so far')),
  nonBillableEnergy: number(
    'Covered by a subscription; AMPECO names no unit, what stands beside it is in Wh',
  ),
  powerKw: deprecated(number('Power now; its successor is in W', 'kW'), 'power.latest'),
  power: object({
    latest: nullable(number('Power now', 'W')),
    peak: nullable(number('Highest so far', 'W')),
    average: nullable(number('Average so far', 'W')),
  }),
  socPercent: number('State of charge of the vehicle', '%'),
  clockAlignedEnergyConsumption: list(
    object({
      start: required(instant()),
      end: required(instant()),
      energyConsumed: required(deprecated(integer(undefined, 'Wh'), 'energyConsumption.total')),
      energyConsumption: required(object(energyConsumption)),
      totalCost: moneyObject('Cost of the interval'),
    }),
  ),
};

/** A session as AMPECO's own API shows it. */
const session: Members = {
  id: required(textId('Elsewhere AMPECO writes the same id as a number')),
  chargePointId: required(id()),
  evseId: required(id()),
  connectorId: nullable(id()),
  status: required(
    oneOf(['unknown', 'pending', 'active', 'finished', 'failed', 'expired'], { standard: 'sessionStatus' }),
  ),
  reason: STOP_REASONS,
  userId: required(nullable(id('Null for anonymous sessions'))),
  bookingId: id(),
  startedAt: required(instant()),
  stoppedAt: nullable(instant()),
  ...energy,
  ...money,
  authorizationId: required(nullable(id())),
  authorization: object(authorization),
  idTag: sensitive(text('Number of the RFID tag, or `*` and the session id for a remote start')),
  idTagLabel: sensitive(text("The tag's name, often its holder's")),
  extendingSessionId: deprecated(nullable(id())),
  originalSessionId: id(),
  extendedBySessionId: id(),
  externalSessionId: deprecated(nullable(textId()), 'idTag'),
  chargingPeriods: list(object(chargingPeriod)),
  evsePhysicalReference: nullable(text('What is written on the outlet')),
  chargePointOperatorRoamingId: text(),
  roaming: object({
    cdrIds: list(id(), 'CDRs made for the session'),
    sessionId: textId("The session's id at the roaming partner"),
    roamingOperatorCpoId: id(),
    cpoLastUpdatedAt: instant(),
  }),
  randomisedDelay: integer('Delay before charging begins', 's'),
  lastUpdatedAt,
  externalAppData,
  // Of later API versions. AMPECO publishes the names, but neither the types nor that notifications carry them.
  operatorId: inferred(id('Since API 3.168')),
  idTagType: inferred(text('Since API 3.139')),
  billingCompletedAt: inferred(nullable(instant('Since API 3.168'))),
  corporateBilling: inferred(anything('Since API 3.251')),
  discounts: inferred(anything('Since API 3.251')),
  incrementalPreAuthorizationEnabled: inferred(boolean('Since API 3.251')),
  preAuthorizedAmount: inferred(nullable(number('Since API 3.251'))),
  startedOffline: inferred(boolean('Since API 3.251')),
  vehicleId: inferred(nullable(id('Since API 3.251'))),
};

export const sessionUpdateNotification = defineNotification({
  name: 'SessionUpdateNotification',
  title: 'The state of a session, with the whole object',
  resource: 'session',
  type: fixed('session.updated'),
  subject: subjectAt('session', ['session', 'id']),
  related: {
    chargePoint: [['session', 'chargePointId']],
    evse: [['session', 'evseId']],
    user: [['session', 'userId']],
  },
  body: { session: required(object(session)) },
});
