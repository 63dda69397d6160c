import { chargingProfile } from '../blocks/charge-point.js';
import { id, instant, nullable, object, required } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const chargingProfileApplied = defineNotification({
  name: 'chargingProfile.applied',
  title: 'A charging profile was sent to a charge point',
  resource: 'chargingProfile',
  type: fixed('chargingProfile.applied'),
  subject: [...subjectAt('evse', ['evseId']), ...subjectAt('chargePoint', ['chargePointId'])],
  body: {
    chargePointId: required(id()),
    evseId: required(nullable(id('Null for the whole charge point'))),
    sessionId: required(nullable(id())),
    chargingProfile: required(object(chargingProfile)),
    appliedAt: required(instant()),
  },
});
