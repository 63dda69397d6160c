import { lastUpdatedAt } from '../../blocks/common.js';
import { id, oneOf, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  chargePointId: required(id()),
  requestId: required(id('As answered to the request for diagnostics')),
  status: required(
    oneOf(['idle', 'uploaded', 'uploadfailed', 'uploading'], {
      description: 'OCPP 1.6 DiagnosticsStatus in lower case',
      standard: 'diagnosticsStatus',
    }),
  ),
  lastUpdatedAt: required(lastUpdatedAt),
};
