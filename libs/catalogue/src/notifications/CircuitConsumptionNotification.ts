import { lastUpdatedAt } from '../blocks/members.js';
import { id, list, number, object, oneOf, required } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const circuitConsumptionNotification = defineNotification({
  name: 'CircuitConsumptionNotification',
  title: 'The consumption of a circuit',
  resource: 'circuit',
  type: fixed('circuit.consumptionReported'),
  subject: subjectAt('circuit', ['circuitId']),
  subjectRequired: false,
  body: {
    circuitId: id(),
    maxCurrent: number(undefined, 'A'),
    minChargePointCurrent: number(undefined, 'A'),
    currentConsumption: list(
      object({
        phase: required(oneOf(['L1', 'L2', 'L3'])),
        consumption: number('In steps of 0.1', 'A'),
        lastUpdatedAt,
      }),
    ),
  },
});
