import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const paymentMethodChangedNotification = defineNotification({
  name: 'PaymentMethodChangedNotification',
  title: "A user's payment method was added, changed or removed",
  supersededBy: 'user.paymentMethod.changed',
  resource: 'user.paymentMethod',
  type: byAction('user.paymentMethod', ['created', 'updated', 'deleted']),
  subject: subjectAt('user', ['userId']),
  subjectRequired: false,
  body,
});
