import { EVSE_HARDWARE_STATUS } from '../../blocks/evse.js';
import { id, instant, nullable, required, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  chargePointId: required(id()),
  evseId: id('Probably absent when the status is that of the whole charge point'),
  timestamp: required(instant()),
  hardwareStatus: required(EVSE_HARDWARE_STATUS),
  errorCode: nullable(text('Probably OCPP 1.6 ChargePointErrorCode')),
  info: nullable(text()),
  vendorId: nullable(text()),
  vendorErrorCode: nullable(text()),
};
