import { defineNotification, fixed, subjectAt } from '../../entry.js';

export const bootNotification = defineNotification({
  name: 'BootNotification',
  title: 'A charge point has booted',
  resource: 'chargePoint',
  type: fixed('chargePoint.booted'),
  subject: subjectAt('chargePoint', ['chargePointId']),
});
