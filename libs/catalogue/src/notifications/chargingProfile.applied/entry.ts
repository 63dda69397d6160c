import { defineNotification, firstSubject, fixed, subjectAt } from '../../entry.js';

export const chargingProfileApplied = defineNotification({
  name: 'chargingProfile.applied',
  title: 'A charging profile was sent to a charge point',
  resource: 'chargingProfile',
  type: fixed('chargingProfile.applied'),
  subject: firstSubject(subjectAt('evse', ['evseId']), subjectAt('chargePoint', ['chargePointId'])),
});
