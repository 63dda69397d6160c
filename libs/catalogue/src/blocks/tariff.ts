import {
  anything,
  boolean,
  deprecated,
  id,
  inferred,
  list,
  nullable,
  number,
  object,
  oneOf,
  required,
  text,
} from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { currency, idList, lastUpdatedAt, localized } from './common.js';
import { pricing } from './tariff-pricing.js';

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
export const tariff: Members = {
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
