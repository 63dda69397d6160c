import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const chargingProfileApplied = defineNotification({
  name: 'chargingProfile.applied',
  title: 'A charging profile was sent to a charge point',
  resource: 'chargingProfile',
  type: fixed('chargingProfile.applied'),
  subject: [...subjectAt('evse', ['evseId']), ...subjectAt('chargePoint', ['chargePointId'])],
  body,
});
