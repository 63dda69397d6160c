import { defineNotification, fixed, subjectAt } from '../../entry.js';

export const userSubscriptionChanged = defineNotification({
  name: 'user.subscription.changed',
  title: "A user's subscription changed",
  resource: 'user',
  type: fixed('user.subscriptionChanged'),
  subject: subjectAt('user', ['userId']),
});
