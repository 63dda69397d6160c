import { defineNotification, fixed, subjectAt } from '../../entry.js';

export const circuitConsumptionNotification = defineNotification({
  name: 'CircuitConsumptionNotification',
  title: 'The consumption of a circuit',
  resource: 'circuit',
  type: fixed('circuit.consumptionReported'),
  subject: subjectAt('circuit', ['circuitId']),
});
