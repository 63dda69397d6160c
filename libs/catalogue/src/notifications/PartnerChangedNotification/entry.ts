import { byAction, defineNotification, subjectAt } from '../../entry.js';

// AMPECO calls the member `user`, but its id is the partner's.
export const partnerChangedNotification = defineNotification({
  name: 'PartnerChangedNotification',
  title: 'A partner was created or deleted',
  supersededBy: 'partner.changed',
  resource: 'partner',
  type: byAction('partner', ['created', 'updated', 'deleted']),
  subject: subjectAt('partner', ['user', 'id']),
});
