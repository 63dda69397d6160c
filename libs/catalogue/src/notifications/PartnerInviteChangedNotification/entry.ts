import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const partnerInviteChangedNotification = defineNotification({
  name: 'PartnerInviteChangedNotification',
  title: 'An invitation to a partner was made, changed or withdrawn',
  supersededBy: 'partnerInvite.changed',
  resource: 'partnerInvite',
  type: byAction('partnerInvite', ['created', 'updated', 'deleted']),
  subject: subjectAt('partnerInvite', ['partnerInviteId']),
  subjectRequired: false,
  body,
});
