import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const subscriptionPlanChanged = defineNotification({
  name: 'subscriptionPlan.changed',
  title: 'A subscription plan was created, edited or deleted',
  resource: 'subscriptionPlan',
  type: byAction('subscriptionPlan', ['created', 'updated', 'deleted']),
  subject: subjectAt('subscriptionPlan', ['subscriptionPlanId']),
  subjectRequired: false,
  body,
});
