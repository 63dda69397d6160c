import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const userSubscriptionChanged = defineNotification({
  name: 'user.subscription.changed',
  title: "A user's subscription changed",
  resource: 'user',
  type: fixed('user.subscriptionChanged'),
  subject: subjectAt('user', ['userId']),
  body,
});
