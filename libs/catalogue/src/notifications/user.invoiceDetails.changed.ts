import { pointer } from '../blocks/members.js';
import { id } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const userInvoiceDetailsChanged = defineNotification({
  name: 'user.invoiceDetails.changed',
  title: "A user's invoice details were made or changed",
  resource: 'user.invoiceDetails',
  type: byAction('user.invoiceDetails', ['created', 'updated']),
  subject: subjectAt('user', ['userId']),
  body: pointer('userId', id(), 'created', 'updated'),
});
