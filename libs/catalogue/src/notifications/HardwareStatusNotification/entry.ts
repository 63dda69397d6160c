import { defineNotification, subjectAt } from '../../entry.js';
import { byPresence } from '../../type-rule.js';
import { body } from './body.js';

// Without an EVSE it is about the whole charge point, as connector 0 is in OCPP 1.6 StatusNotification.
export const hardwareStatusNotification = defineNotification({
  name: 'HardwareStatusNotification',
  title: 'The status of an EVSE or of a whole charge point changed',
  resource: 'evse',
  type: byPresence('evseId', {
    given: 'evse.hardwareStatusChanged',
    blank: 'chargePoint.hardwareStatusChanged',
  }),
  subject: [...subjectAt('evse', ['evseId']), ...subjectAt('chargePoint', ['chargePointId'])],
  body,
});
