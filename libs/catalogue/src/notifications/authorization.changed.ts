import { action, lastUpdatedAt } from '../blocks/members.js';
import { id, oneOf, required, sensitive, text } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const authorizationChanged = defineNotification({
  name: 'authorization.changed',
  title: 'An authorization was made or changed',
  resource: 'authorization',
  type: byAction('authorization', ['created', 'updated']),
  subject: subjectAt('authorization', ['authorizationId']),
  body: {
    authorizationId: required(id()),
    action: required(action('created', 'updated')),
    chargePointId: id(),
    idTag: sensitive(text('Number of the RFID tag')),
    status: required(oneOf(['accepted', 'rejected', 'pending'])),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
