import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const circuitConsumptionNotification = defineNotification({
  name: 'CircuitConsumptionNotification',
  title: 'The consumption of a circuit',
  resource: 'circuit',
  type: fixed('circuit.consumptionReported'),
  subject: subjectAt('circuit', ['circuitId']),
  subjectRequired: false,
  body,
});
