import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const userSubscriptionChangedOld = defineNotification({
  name: 'user.subscriptionChanged',
  title: "A user's subscription changed",
  supersededBy: 'user.subscription.changed',
  resource: 'user',
  type: fixed('user.subscriptionChanged'),
  subject: subjectAt('user', ['userId']),
  body,
});
