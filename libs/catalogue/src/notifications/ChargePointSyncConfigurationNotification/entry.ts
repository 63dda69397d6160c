import { defineNotification, subjectAt } from '../../entry.js';
import { byPresence } from '../../type-rule.js';
import { body } from './body.js';

export const chargePointSyncConfigurationNotification = defineNotification({
  name: 'ChargePointSyncConfigurationNotification',
  title: 'The configuration of a charge point was read, or could not be',
  remark:
    'There is no status: a sync has failed when `error` says something. Nobody asked for one without `requestId`; the charge point has booted then.',
  resource: 'chargePoint',
  type: byPresence('error', {
    given: 'chargePoint.configurationSyncFailed',
    blank: 'chargePoint.configurationSynced',
  }),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body,
});
