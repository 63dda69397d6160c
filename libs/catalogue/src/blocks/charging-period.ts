import {
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
  text,
} from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';
import { currency, moneyObject } from './common.js';

/** One line of a price. */
export const priceBreakdown: Members = {
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
export const chargingPeriod: Members = {
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
