import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';

export const userBalanceChanged = defineNotification({
  name: 'userBalance.changed',
  title: "A user's balance changed",
  resource: 'user',
  type: fixed('user.balanceChanged'),
  subject: subjectAt('user', ['userId']),
});
