import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const diagnosticsStatusNotification = defineNotification({
  name: 'DiagnosticsStatusNotification',
  title: 'An upload of diagnostics went a step on',
  resource: 'chargePoint',
  type: fixed('chargePoint.diagnosticsStatusChanged'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body,
});
