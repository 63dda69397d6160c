import { currency, lastUpdatedAt } from '../blocks/members.js';
import { id, instant, number, required, text } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const settlementReportCreated = defineNotification({
  name: 'settlementReport.created',
  title: 'A settlement report is ready',
  resource: 'settlementReport',
  type: fixed('settlementReport.created'),
  subject: subjectAt('settlementReport', ['id']),
  // All amounts are in `currency`.
  body: {
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
  },
});
