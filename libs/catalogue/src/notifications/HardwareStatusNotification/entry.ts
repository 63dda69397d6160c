import { defineNotification, firstSubject, subjectAt } from '../../entry.js';

// Without an EVSE it is about the whole charge point, as connector 0 is in OCPP 1.6 StatusNotification.
export const hardwareStatusNotification = defineNotification({
  name: 'HardwareStatusNotification',
  title: 'The status of an EVSE or of a whole charge point changed',
  resource: 'evse',
  type: {
    total: true,
    types: ['evse.hardwareStatusChanged', 'chargePoint.hardwareStatusChanged'],
    typeOf: ({ evseId }) =>
      evseId === undefined || evseId === null
        ? 'chargePoint.hardwareStatusChanged'
        : 'evse.hardwareStatusChanged',
  },
  subject: firstSubject(subjectAt('evse', ['evseId']), subjectAt('chargePoint', ['chargePointId'])),
});
