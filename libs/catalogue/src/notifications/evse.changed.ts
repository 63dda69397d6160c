import { pointer } from '../blocks/members.js';
import { id } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const evseChanged = defineNotification({
  name: 'evse.changed',
  title: 'An EVSE or its connectors were created, edited or deleted',
  remark: 'Covers connectors. Not sent when the live status changes. The body does not say whose EVSE it is.',
  resource: 'evse',
  type: byAction('evse', ['created', 'updated', 'deleted']),
  subject: subjectAt('evse', ['evseId']),
  body: pointer('evseId', id(), 'created', 'updated', 'deleted'),
});
