import { invitationOptions, pointer } from '../blocks/members.js';
import { id, nullable, sensitive, text } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const partnerInviteChanged = defineNotification({
  name: 'partnerInvite.changed',
  title: 'An invitation to a partner was made, changed or withdrawn',
  resource: 'partnerInvite',
  type: byAction('partnerInvite', ['created', 'updated', 'deleted']),
  subject: subjectAt('partnerInvite', ['partnerInviteId']),
  body: {
    ...pointer('partnerInviteId', id(), 'created', 'updated', 'deleted'),
    userId: nullable(id()),
    email: sensitive(nullable(text('E-mail address'))),
    ...invitationOptions,
  },
});
