import { defineNotification, fixed, subjectAt } from '../../entry.js';

export const networkStatusNotification = defineNotification({
  name: 'NetworkStatusNotification',
  title: 'A charge point went online or offline',
  resource: 'chargePoint',
  type: fixed('chargePoint.networkStatusChanged'),
  subject: subjectAt('chargePoint', ['chargePointId']),
});
