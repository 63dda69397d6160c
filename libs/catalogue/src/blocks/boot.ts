import { inSnakeCase, nullable, sensitive, text } from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';

/** OCPP 1.6 BootNotification in snake case; `reason` is from OCPP 2.0.1. The SIM's two numbers name its subscriber. */
export const bootNotification: Members = inSnakeCase({
  model: text('OCPP chargePointModel'),
  vendor: text('OCPP chargePointVendor'),
  chargeBoxSerialNumber: nullable(text()),
  chargePointSerialNumber: nullable(text()),
  firmwareVersion: nullable(text()),
  iccid: sensitive(nullable(text('Number of the SIM card'))),
  imsi: sensitive(nullable(text('Number of the subscriber on the SIM card'))),
  meterSerialNumber: nullable(text()),
  meterType: nullable(text()),
  reason: nullable(text('Why it booted')),
});
