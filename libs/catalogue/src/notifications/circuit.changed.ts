import { pointer } from '../blocks/members.js';
import { id } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const circuitChanged = defineNotification({
  name: 'circuit.changed',
  title: 'A circuit was created, edited or deleted',
  resource: 'circuit',
  type: byAction('circuit', ['created', 'updated', 'deleted']),
  subject: subjectAt('circuit', ['circuitId']),
  body: pointer('circuitId', id(), 'created', 'updated', 'deleted'),
});
