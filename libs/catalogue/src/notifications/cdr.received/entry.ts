import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const cdrReceived = defineNotification({
  name: 'cdr.received',
  title: 'A charge detail record came in from roaming',
  resource: 'cdr',
  type: fixed('cdr.received'),
  subject: subjectAt('cdr', ['id']),
  body,
});
