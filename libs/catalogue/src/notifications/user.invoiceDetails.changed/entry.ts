import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const userInvoiceDetailsChanged = defineNotification({
  name: 'user.invoiceDetails.changed',
  title: "A user's invoice details were made or changed",
  resource: 'user.invoiceDetails',
  type: byAction('user.invoiceDetails', ['created', 'updated']),
  subject: subjectAt('user', ['userId']),
  body,
});
