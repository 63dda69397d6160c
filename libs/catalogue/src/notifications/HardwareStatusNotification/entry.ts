import { defineNotification, subjectAt } from '../../entry.js';
import { byPresence } from '../../type-rule.js';
import { body } from './body.js';

export const hardwareStatusNotification = defineNotification({
  name: 'HardwareStatusNotification',
  title: 'The status of an EVSE or of a whole charge point changed',
  remark:
    'Without `evseId` it is read as the status of the whole charge point, what connector 0 is in OCPP 1.6.',
  resource: 'evse',
  type: byPresence('evseId', {
    given: 'evse.hardwareStatusChanged',
    blank: 'chargePoint.hardwareStatusChanged',
  }),
  subject: [...subjectAt('evse', ['evseId']), ...subjectAt('chargePoint', ['chargePointId'])],
  body,
});
