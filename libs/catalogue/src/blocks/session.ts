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
import type { Members } from '../body-schema/field.js';
import { authorization } from './authorization.js';
import { chargingPeriod, priceBreakdown } from './charging-period.js';
import { currency, energyConsumption, externalAppData, lastUpdatedAt, moneyObject } from './common.js';
import { STOP_REASONS } from './stop-reasons.js';

/** What came with later API versions; AMPECO publishes the names, not the types, and not that notifications carry them. */
const since3110: Members = {
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
export const session: Members = {
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
  ...since3110,
};
