import { lastUpdatedAt } from '../blocks/members.js';
import { boolean, id, instant, list, object, required, sensitive, text } from '../body-schema/build.js';
import { byPresence, defineNotification, subjectAt } from '../entry.js';

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
  // A value may be the charge point's OCPP or Wi-Fi password: some vendors return keys that OCPP calls write-only.
  body: {
    chargePointId: required(id()),
    requestId: id('Absent when nobody asked: after a boot'),
    configuration: list(
      object({
        key: text('Key of OCPP 1.6 or of the vendor'),
        value: sensitive(text()),
        readonly: boolean(),
        required: boolean('Whether OCPP 1.6 requires the key'),
        timestamp: instant(),
        lastUpdatedAt,
      }),
      'All keys, or those asked for',
    ),
    error: text('Given when the sync failed'),
  },
});
