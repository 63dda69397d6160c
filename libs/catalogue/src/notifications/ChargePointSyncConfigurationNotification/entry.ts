import { defineNotification, subjectAt } from '../../entry.js';
import { byPresence } from '../../type-rule.js';
import { body } from './body.js';

// There is no status field at the version we know: a failed sync is told by the presence of `error`.
export const chargePointSyncConfigurationNotification = defineNotification({
  name: 'ChargePointSyncConfigurationNotification',
  title: 'The configuration of a charge point was read, or could not be',
  resource: 'chargePoint',
  type: byPresence('error', {
    given: 'chargePoint.configurationSyncFailed',
    blank: 'chargePoint.configurationSynced',
  }),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body,
});
