import { defineNotification, fixed, subjectAt } from '../../entry.js';

export const diagnosticsStatusNotification = defineNotification({
  name: 'DiagnosticsStatusNotification',
  title: 'An upload of diagnostics went a step on',
  resource: 'chargePoint',
  type: fixed('chargePoint.diagnosticsStatusChanged'),
  subject: subjectAt('chargePoint', ['chargePointId']),
});
