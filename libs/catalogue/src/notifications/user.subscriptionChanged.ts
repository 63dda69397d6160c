import { lastUpdatedAt } from '../blocks/members.js';
import { arrivesAs, id, instant, oneOf, required } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const userSubscriptionChangedOld = defineNotification({
  name: 'user.subscriptionChanged',
  title: "A user's subscription changed",
  supersededBy: 'user.subscription.changed',
  resource: 'user',
  type: fixed('user.subscriptionChanged'),
  subject: subjectAt('user', ['userId']),
  body: {
    userId: required(id()),
    planId: required(id()),
    status: required(oneOf(['active', 'cancelled', 'expired'], { aliases: { cancelled: 'canceled' } })),
    endsAt: required(arrivesAs(instant('When the subscription ends'), 'endDate')),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
