import { pointer } from '../blocks/members.js';
import { id, required, textId } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const userPaymentMethodChanged = defineNotification({
  name: 'user.paymentMethod.changed',
  title: "A user's payment method was added, changed or removed",
  resource: 'user.paymentMethod',
  type: byAction('user.paymentMethod', ['created', 'updated', 'deleted']),
  subject: subjectAt('user', ['userId']),
  body: {
    paymentMethodId: required(textId()),
    ...pointer('userId', id(), 'created', 'updated', 'deleted'),
  },
});
