import { defineNotification, fixed, subjectAt } from '../../entry.js';

export const settlementReportCreated = defineNotification({
  name: 'settlementReport.created',
  title: 'A settlement report is ready',
  resource: 'settlementReport',
  type: fixed('settlementReport.created'),
  subject: subjectAt('settlementReport', ['id']),
});
