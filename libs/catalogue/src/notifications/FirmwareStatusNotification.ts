import { lastUpdatedAt } from '../blocks/members.js';
import { id, nullable, required, text } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const firmwareStatusNotification = defineNotification({
  name: 'FirmwareStatusNotification',
  title: 'A firmware update went a step on',
  evidence: 'inferred',
  resource: 'chargePoint',
  type: fixed('chargePoint.firmwareStatusChanged'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  // AMPECO publishes the names of the members and which are required, not their types.
  body: {
    chargePointId: required(id()),
    protocol: required(text('OCPP version of the charge point, which decides the statuses')),
    firmwareStatus: required(text('OCPP FirmwareStatus')),
    externalId: nullable(text()),
    firmwareUpdateExecutionId: nullable(id()),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
