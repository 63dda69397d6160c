import { lastUpdatedAt } from '../blocks/members.js';
import { id, instant, oneOf, required } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const userSubscriptionChanged = defineNotification({
  name: 'user.subscription.changed',
  title: "A user's subscription changed",
  resource: 'user',
  type: fixed('user.subscriptionChanged'),
  subject: subjectAt('user', ['userId']),
  body: {
    userId: required(id()),
    planId: required(id()),
    status: required(oneOf(['active', 'canceled', 'expired', 'pending', 'suspended'])),
    endsAt: required(instant('When the subscription ends')),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
