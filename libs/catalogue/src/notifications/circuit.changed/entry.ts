import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const circuitChanged = defineNotification({
  name: 'circuit.changed',
  title: 'A circuit was created, edited or deleted',
  resource: 'circuit',
  type: byAction('circuit', ['created', 'updated', 'deleted']),
  subject: subjectAt('circuit', ['circuitId']),
  body,
});
