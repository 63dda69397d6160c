import { EVSE_HARDWARE_STATUS } from '../blocks/charge-point.js';
import { id, instant, nullable, required, text } from '../body-schema/build.js';
import { byPresence, defineNotification, subjectAt } from '../entry.js';

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
  body: {
    chargePointId: required(id()),
    evseId: id('Probably absent when the status is that of the whole charge point'),
    timestamp: required(instant()),
    hardwareStatus: required(EVSE_HARDWARE_STATUS),
    errorCode: nullable(text('Probably OCPP 1.6 ChargePointErrorCode')),
    info: nullable(text()),
    vendorId: nullable(text()),
    vendorErrorCode: nullable(text()),
  },
});
