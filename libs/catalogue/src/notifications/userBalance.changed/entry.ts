import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const userBalanceChanged = defineNotification({
  name: 'userBalance.changed',
  title: "A user's balance changed",
  resource: 'user',
  type: fixed('user.balanceChanged'),
  subject: subjectAt('user', ['userId']),
  body,
});
