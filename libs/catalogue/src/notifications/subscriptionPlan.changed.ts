import { action, lastUpdatedAt } from '../blocks/members.js';
import { id, inferred } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const subscriptionPlanChanged = defineNotification({
  name: 'subscriptionPlan.changed',
  title: 'A subscription plan was created, edited or deleted',
  resource: 'subscriptionPlan',
  type: byAction('subscriptionPlan', ['created', 'updated', 'deleted']),
  subject: subjectAt('subscriptionPlan', ['subscriptionPlanId']),
  subjectRequired: false,
  // AMPECO publishes no body for this name; this one follows the other `….changed` notifications.
  body: {
    subscriptionPlanId: inferred(id()),
    action: inferred(action('created', 'updated', 'deleted')),
    lastUpdatedAt: inferred(lastUpdatedAt),
  },
});
