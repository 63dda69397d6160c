import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const securityEventNotification = defineNotification({
  name: 'SecurityEventNotification',
  title: 'A charge point reported a security event',
  resource: 'chargePoint',
  type: fixed('chargePoint.securityEventRaised'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body,
});
