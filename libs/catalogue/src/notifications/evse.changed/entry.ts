import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const evseChanged = defineNotification({
  name: 'evse.changed',
  title: 'An EVSE or its connectors were created, edited or deleted',
  remark: 'Covers connectors. Not sent when the live status changes. The body does not say whose EVSE it is.',
  resource: 'evse',
  type: byAction('evse', ['created', 'updated', 'deleted']),
  subject: subjectAt('evse', ['evseId']),
  body,
});
