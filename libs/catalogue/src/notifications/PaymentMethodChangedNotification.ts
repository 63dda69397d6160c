import { action, lastUpdatedAt } from '../blocks/members.js';
import { id, inferred, textId } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const paymentMethodChangedNotification = defineNotification({
  name: 'PaymentMethodChangedNotification',
  title: "A user's payment method was added, changed or removed",
  supersededBy: 'user.paymentMethod.changed',
  resource: 'user.paymentMethod',
  type: byAction('user.paymentMethod', ['created', 'updated', 'deleted']),
  subject: subjectAt('user', ['userId']),
  subjectRequired: false,
  // AMPECO publishes no body for this name; this is the body of the current name.
  body: {
    paymentMethodId: inferred(textId()),
    userId: inferred(id()),
    action: inferred(action('created', 'updated', 'deleted')),
    lastUpdatedAt: inferred(lastUpdatedAt),
  },
});
