import { defineNotification, fixed, subjectAt } from '../../entry.js';

export const securityEventNotification = defineNotification({
  name: 'SecurityEventNotification',
  title: 'A charge point reported a security event',
  resource: 'chargePoint',
  type: fixed('chargePoint.securityEventRaised'),
  subject: subjectAt('chargePoint', ['chargePointId']),
});
