import { currency, lastUpdatedAt } from '../../blocks/common.js';
import { id, instant, number, required, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

/** Amounts are in `currency`. */
export const body: Members = {
  id: required(id()),
  reportUid: required(text()),
  partnerId: required(id()),
  issueDate: required(instant()),
  period: required(text('Free text')),
  totalKwhDeliveredAsCPO: required(number(undefined, 'kWh')),
  totalKwhDeliveredAsEmsp: required(number(undefined, 'kWh')),
  totalRevenueCollectedCurrentPeriod: required(number()),
  totalRevenueCollectedPreviousPeriods: number(),
  totalCollectedBalanceCurrentPeriod: required(number('Collected in this period, less the expenses')),
  totalCollectedBalancePreviousPeriods: number('Collected in this and earlier periods, less the expenses'),
  totalRevenue: required(number()),
  totalExpenses: required(number()),
  totalAmount: required(number('Revenue less expenses')),
  currency: required(currency),
  lastUpdatedAt: required(lastUpdatedAt),
};
