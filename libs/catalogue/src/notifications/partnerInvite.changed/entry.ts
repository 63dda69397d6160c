import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const partnerInviteChanged = defineNotification({
  name: 'partnerInvite.changed',
  title: 'An invitation to a partner was made, changed or withdrawn',
  resource: 'partnerInvite',
  type: byAction('partnerInvite', ['created', 'updated', 'deleted']),
  subject: subjectAt('partnerInvite', ['partnerInviteId']),
  body,
});
