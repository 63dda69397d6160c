import { lastUpdatedAt } from '../../blocks/common.js';
import { id, nullable, required, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// AMPECO publishes the names of the members and which are required, not their types.
export const body: Members = {
  chargePointId: required(id()),
  protocol: required(text('OCPP version of the charge point, which decides the statuses')),
  firmwareStatus: required(text('OCPP FirmwareStatus')),
  externalId: nullable(text()),
  firmwareUpdateExecutionId: nullable(id()),
  lastUpdatedAt: required(lastUpdatedAt),
};
