import { pointer } from '../blocks/members.js';
import { id, sensitive, text } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const partnerChanged = defineNotification({
  name: 'partner.changed',
  title: 'A partner was created, edited or deleted',
  resource: 'partner',
  type: byAction('partner', ['created', 'updated', 'deleted']),
  subject: subjectAt('partner', ['partnerId']),
  // `externalId` and what follows it come for deleted partners only. A sole trader's numbers can be the person's own.
  body: {
    ...pointer('partnerId', id(), 'created', 'updated', 'deleted'),
    externalId: text(),
    companyName: text(),
    businessName: text(),
    regNo: sensitive(text('Registration number')),
    vatNo: sensitive(text('VAT number')),
    country: text(),
  },
});
