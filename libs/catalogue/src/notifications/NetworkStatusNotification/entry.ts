import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const networkStatusNotification = defineNotification({
  name: 'NetworkStatusNotification',
  title: 'A charge point went online or offline',
  resource: 'chargePoint',
  type: fixed('chargePoint.networkStatusChanged'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body,
});
