import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

// AMPECO's specification requires no member at all.
export const bootNotification = defineNotification({
  name: 'BootNotification',
  title: 'A charge point has booted',
  resource: 'chargePoint',
  type: fixed('chargePoint.booted'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  subjectRequired: false,
  body,
});
