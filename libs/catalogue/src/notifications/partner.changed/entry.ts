import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const partnerChanged = defineNotification({
  name: 'partner.changed',
  title: 'A partner was created, edited or deleted',
  resource: 'partner',
  type: byAction('partner', ['created', 'updated', 'deleted']),
  subject: subjectAt('partner', ['partnerId']),
  body,
});
