import {
  id,
  inSnakeCase,
  instant,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  sensitive,
  text,
} from '../body-schema/build.js';
import type { Field, Members } from '../body-schema/field.js';

/** How AMPECO sees the charge point's connection to it; OCPP and OCPI have no such status. */
export const NETWORK_STATUS: Field = oneOf(
  ['never connected', 'available', 'temporarily unavailable', 'long-term unavailable'],
  { description: 'Whether the charge point is connected' },
);

export const EVSE_HARDWARE_STATUS: Field = nullable(
  oneOf(
    [
      'available',
      'preparing',
      'charging',
      'suspendedEV',
      'suspendedEVSE',
      'finishing',
      'reserved',
      'unavailable',
      'faulted',
    ],
    { description: 'Live status; null when none was ever reported', standard: 'hardwareStatus' },
  ),
);

/** OCPP 1.6 BootNotification in snake case; `reason` is from OCPP 2.0.1. The SIM card's numbers identify its subscriber. */
export const bootDetails: Members = inSnakeCase({
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

/** An OCPP ChargingProfile with its schedule. */
export const chargingProfile: Members = {
  id: id(),
  minChargingRate: nullable(number()),
  schedulePeriods: nullable(
    list(
      object({
        startPeriod: integer('From the start of the schedule', 's'),
        limit: number('In the unit of chargingRateUnit'),
        numberPhases: integer(),
      }),
    ),
  ),
  scheduleStart: nullable(instant()),
  chargingRateUnit: oneOf(['A', 'W'], { description: 'Unit of all limits' }),
  stackLevel: integer(),
  chargingProfileKind: oneOf(['Absolute', 'Recurring', 'Relative']),
  recurrencyKind: nullable(oneOf(['daily', 'weekly'])),
  chargingCompleteAt: nullable(instant()),
  purpose: oneOf(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile']),
  validTo: nullable(instant()),
  validFrom: nullable(instant()),
  duration: nullable(integer('Of the schedule', 's')),
};
