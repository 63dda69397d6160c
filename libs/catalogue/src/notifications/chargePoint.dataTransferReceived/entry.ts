import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const chargePointDataTransferReceived = defineNotification({
  name: 'chargePoint.dataTransferReceived',
  title: 'A charge point sent vendor data (OCPP DataTransfer)',
  remark:
    'The body has neither a time of its own nor an id: the event is undated, and equal messages within ten minutes, unless configured otherwise, are one.',
  resource: 'chargePoint',
  type: fixed('chargePoint.dataTransferReceived'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body,
});
