import { action, currency, idList, lastUpdatedAt, localized } from '../blocks/members.js';
import {
  anything,
  boolean,
  deprecated,
  id,
  inferred,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  required,
  text,
} from '../body-schema/build.js';
import type { Field, Members } from '../body-schema/field.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

const PERIOD_MINUTES = [1, 15, 30, 60, 240, 360];

function periodInMinutes(description: string): Field {
  return nullable(oneOf(PERIOD_MINUTES, { description, unit: 'min' }));
}

function amount(description?: string): Field {
  return nullable(number(description));
}

const feePeriods: Field = object({ fee: list(number()) });
const pricePeriods: Field = object({
  connectionFeePeriods: feePeriods,
  energyFeePeriods: feePeriods,
  durationFeePeriods: feePeriods,
  idleFeePeriods: feePeriods,
});

/** Steps by time: a fee from one unit on to another. */
const unitSteps: Field = list(
  object({
    firstUnit: required(integer()),
    lastUnit: nullable(integer()),
    feePerUnit: amount(),
    flatFee: amount(),
  }),
);

/** Members that both the tariff and its special days have. */
const periods: Members = {
  pricePeriodInMinutes: periodInMinutes('Billing step of the duration fee'),
  idlePricingPeriodInMinutes: periodInMinutes('Billing step of the idle fee'),
  idleFeeGracePeriodMinutes: nullable(number(undefined, 'min')),
  connectionFeeMinimumSessionDuration: nullable(integer(undefined, 'min')),
  connectionFeeMinimumSessionEnergy: nullable(number(undefined, 'kWh')),
  durationFeeGracePeriod: nullable(integer(undefined, 'min')),
  pricePeriods,
};

const energyFees: Members = {
  pricePerKwh: amount(),
  dayPricePerKwh: amount(),
  nightPricePerKwh: amount(),
  chargePointElectricityRate: boolean(),
  fallbackElectricityRateId: nullable(id()),
  markupPercentagePerKwh: nullable(number(undefined, '%')),
  markupFixedFeePerKwh: amount(),
  flexibleMarkUpAsFixedPerKwh: nullable(
    object({
      defaultPrice: number(),
      intervalPricing: list(
        object({
          startsAt: required(text('Time of day, local')),
          endsAt: required(text('Time of day, local')),
          price: required(number('Tax included')),
        }),
      ),
    }),
  ),
  multiPricePerKwh: list(
    object({
      firstKwh: required(number(undefined, 'kWh')),
      lastKwh: nullable(number(undefined, 'kWh')),
      feePerKwh: amount(),
      flatFee: amount(),
    }),
  ),
  thresholdPriceForEnergy: amount(),
  priceForEnergyWhenOptimized: amount(),
  optimisedLabel: nullable(text()),
};

const timeFees: Members = {
  pricePerPeriod: amount(),
  dayPricePerPeriod: amount(),
  nightPricePerPeriod: amount(),
  durationFeeLimit: amount(),
  durationFeeFrom: nullable(text('Time of day')),
  durationFeeTo: nullable(text('Time of day')),
  multiPricePerDuration: unitSteps,
  regularUsePeriod: nullable(number(undefined, 'min')),
  averagePowerLevels: list(
    object({ averagePowerUpToKw: required(number(undefined, 'kW')), pricePerMinute: required(number()) }),
  ),
  peakPowerLevels: list(
    object({
      peakPowerUpToKw: required(number(undefined, 'kW')),
      regularPricePerMinute: required(number()),
      excessUsePricePerMin: required(number()),
    }),
  ),
  timePeriods: list(
    object({ startTime: required(text('Time of day')), endTime: required(text('Time of day')) }),
  ),
};

const idleFees: Members = {
  idleFeePerMinute: amount(),
  dayIdleFeePerMinute: amount(),
  nightIdleFeePerMinute: amount(),
  idleFeePeriodStart: nullable(text('Time of day')),
  idleFeePeriodEnd: nullable(text('Time of day')),
  idleFeeLimit: amount(),
  multiIdleFee: unitSteps,
  stateOfChargeIdleThreshold: nullable(oneOf([75, 80, 85, 90, 95, 100], { unit: '%' })),
  averagePowerIdleThreshold: nullable(number('Mean of five minutes', 'kW')),
};

/** Prices of a tariff, in its currency. Which members are set follows from the tariff's type. */
const pricing: Members = {
  pricePerSession: amount(),
  connectionFee: amount(),
  ...periods,
  ...energyFees,
  ...timeFees,
  ...idleFees,
  minPrice: amount(),
  preAuthorizeAmount: amount(),
  taxID: deprecated(nullable(id())),
  daysWhenApplied: list(object({ name: text(), specialDates: list(text('Date')), ...periods })),
  subsidyIntegrationId: nullable(id()),
  lockPriceOnSessionStart: boolean(),
  lockEnergyPriceOnSessionStart: boolean(),
  lockDurationPriceOnSessionStart: boolean(),
  lockIdlePriceOnSessionStart: boolean(),
};

const restrictions: Members = {
  applyToUsersOfChargePointOwner: deprecated(boolean(), 'applyToUsersOfChargePointPartner'),
  applyToUsersOfChargePointPartner: boolean(),
  applyToUsersOfAllRoamingEmsps: boolean(),
  applyToAdHocUsers: boolean(),
  adHocPreAuthorizeAmount: nullable(number()),
  adHocStopWhenPreAuthorizedAmountFallsBelow: number(),
  applyToUsersOfPartners: idList(),
  applyToUsersWithGroups: deprecated(list(text('Name of a user group')), 'applyToUserGroupIds'),
  applyToUserGroupIds: idList(),
  applyToUsersWithSubscriptions: idList(),
  startDate: nullable(text('Date')),
  endDate: nullable(text('Date, the last on which the tariff is valid')),
};

/** A tariff with its prices. */
const tariff: Members = {
  id: required(id()),
  name: required(text()),
  type: required(
    oneOf([
      'free',
      'flat rate',
      'duration+energy',
      'duration+energy time of day',
      'energy tou',
      'standard',
      'charging not allowed',
      'average power levels',
      'peak power levels',
      'standard_tod',
      'optimised dynamic pricing',
    ]),
  ),
  description: nullable(localized()),
  additionalInformation: nullable(localized()),
  learnMoreUrl: nullable(localized()),
  dayTariffStart: text('Time of day'),
  nightTariffStart: text('Time of day'),
  currency,
  pricing: object(pricing),
  stopSession: object({
    timeLimitMinutes: nullable(number(undefined, 'min')),
    stopWhenEnergyExceedsKwh: nullable(number(undefined, 'kWh')),
  }),
  restrictions: object(restrictions),
  partner: object({ id: nullable(id()) }),
  display: object({
    defaultPriceInformation: nullable(text()),
    defaultPriceInformationOffline: nullable(text()),
    priceInformation: nullable(text()),
    totalCostInformation: nullable(text()),
  }),
  integrationId: nullable(id()),
  externalId: nullable(text()),
  lastUpdatedAt,
  operatorId: inferred(id('Since API 3.251')),
  discountTariffSettings: inferred(anything('Since API 3.251')),
  startSessionRestrictions: inferred(anything('Since API 3.251')),
};

export const tariffChangedNotification = defineNotification({
  name: 'TariffChangedNotification',
  title: 'A tariff was created, edited or deleted, with the whole object',
  resource: 'tariff',
  type: byAction('tariff', ['created', 'updated', 'deleted']),
  subject: subjectAt('tariff', ['tariff', 'id']),
  body: {
    tariff: required(object(tariff)),
    action: required(action('created', 'updated', 'deleted')),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
