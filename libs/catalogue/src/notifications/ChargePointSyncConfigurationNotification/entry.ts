import { defineNotification, subjectAt } from '../../entry.js';

// There is no status field at the version we know: a failed sync is told by the presence of `error`.
export const chargePointSyncConfigurationNotification = defineNotification({
  name: 'ChargePointSyncConfigurationNotification',
  title: 'The configuration of a charge point was read, or could not be',
  resource: 'chargePoint',
  type: {
    total: true,
    types: ['chargePoint.configurationSynced', 'chargePoint.configurationSyncFailed'],
    typeOf: ({ error }) =>
      error === undefined || error === null || error === ''
        ? 'chargePoint.configurationSynced'
        : 'chargePoint.configurationSyncFailed',
  },
  subject: subjectAt('chargePoint', ['chargePointId']),
});
