import { lastUpdatedAt } from '../blocks/members.js';
import { id, oneOf, required } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const diagnosticsStatusNotification = defineNotification({
  name: 'DiagnosticsStatusNotification',
  title: 'An upload of diagnostics went a step on',
  resource: 'chargePoint',
  type: fixed('chargePoint.diagnosticsStatusChanged'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body: {
    chargePointId: required(id()),
    requestId: required(id('As answered to the request for diagnostics')),
    status: required(
      oneOf(['idle', 'uploaded', 'uploadfailed', 'uploading'], {
        description: 'OCPP 1.6 DiagnosticsStatus in lower case',
        standard: 'diagnosticsStatus',
      }),
    ),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
