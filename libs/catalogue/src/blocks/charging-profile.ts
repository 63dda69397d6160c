import { id, instant, integer, list, nullable, number, object, oneOf } from '../body-schema/build.js';
import type { Members } from '../body-schema/field.js';

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
