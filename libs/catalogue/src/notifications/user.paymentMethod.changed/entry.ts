import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const userPaymentMethodChanged = defineNotification({
  name: 'user.paymentMethod.changed',
  title: "A user's payment method was added, changed or removed",
  resource: 'user.paymentMethod',
  type: byAction('user.paymentMethod', ['created', 'updated', 'deleted']),
  subject: subjectAt('user', ['userId']),
  body,
});
