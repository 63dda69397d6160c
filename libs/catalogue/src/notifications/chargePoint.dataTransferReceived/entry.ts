import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const chargePointDataTransferReceived = defineNotification({
  name: 'chargePoint.dataTransferReceived',
  title: 'A charge point sent vendor data (OCPP DataTransfer)',
  resource: 'chargePoint',
  type: fixed('chargePoint.dataTransferReceived'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body,
});
