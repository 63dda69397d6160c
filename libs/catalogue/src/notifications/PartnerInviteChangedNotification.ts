import { action, lastUpdatedAt } from '../blocks/members.js';
import { id, inferred, nullable, sensitive, text } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const partnerInviteChangedNotification = defineNotification({
  name: 'PartnerInviteChangedNotification',
  title: 'An invitation to a partner was made, changed or withdrawn',
  supersededBy: 'partnerInvite.changed',
  resource: 'partnerInvite',
  type: byAction('partnerInvite', ['created', 'updated', 'deleted']),
  subject: subjectAt('partnerInvite', ['partnerInviteId']),
  subjectRequired: false,
  // AMPECO publishes no body for this name; this is the body of the current name.
  body: {
    partnerInviteId: inferred(id()),
    userId: inferred(nullable(id())),
    email: sensitive(inferred(nullable(text('E-mail address')))),
    action: inferred(action('created', 'updated', 'deleted')),
    lastUpdatedAt: inferred(lastUpdatedAt),
  },
});
