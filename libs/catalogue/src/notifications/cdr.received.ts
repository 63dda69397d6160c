import { instant, required, textId } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const cdrReceived = defineNotification({
  name: 'cdr.received',
  title: 'A charge detail record came in from roaming',
  resource: 'cdr',
  type: fixed('cdr.received'),
  subject: subjectAt('cdr', ['id']),
  body: {
    id: required(textId('Unique within the roaming platform; the CDR is found by it as `roamingId`')),
    createdAt: required(instant()),
  },
});
