import { NETWORK_STATUS } from '../blocks/charge-point.js';
import { id, instant, required } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const networkStatusNotification = defineNotification({
  name: 'NetworkStatusNotification',
  title: 'A charge point went online or offline',
  resource: 'chargePoint',
  type: fixed('chargePoint.networkStatusChanged'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body: {
    chargePointId: required(id()),
    timestamp: required(instant()),
    networkStatus: required(NETWORK_STATUS),
  },
});
