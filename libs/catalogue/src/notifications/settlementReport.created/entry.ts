import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const settlementReportCreated = defineNotification({
  name: 'settlementReport.created',
  title: 'A settlement report is ready',
  resource: 'settlementReport',
  type: fixed('settlementReport.created'),
  subject: subjectAt('settlementReport', ['id']),
  body,
});
