import { action } from '../blocks/members.js';
import { arrivesAs, object, required, textId } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const partnerChangedNotification = defineNotification({
  name: 'PartnerChangedNotification',
  title: 'A partner was created or deleted',
  remark:
    "AMPECO calls the member `user`, but its id is the partner's and names no user. The body has no time of its own: the event is undated.",
  supersededBy: 'partner.changed',
  resource: 'partner',
  type: byAction('partner', ['created', 'deleted']),
  subject: subjectAt('partner', ['user', 'id']),
  subjectRequired: false,
  body: {
    partner: required(arrivesAs(object({ id: textId() }), 'user')),
    action: required(action('created', 'deleted')),
  },
});
