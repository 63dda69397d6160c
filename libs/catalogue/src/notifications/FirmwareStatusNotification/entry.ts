import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const firmwareStatusNotification = defineNotification({
  name: 'FirmwareStatusNotification',
  title: 'A firmware update went a step on',
  evidence: 'inferred',
  resource: 'chargePoint',
  type: fixed('chargePoint.firmwareStatusChanged'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body,
});
