import { currency, lastUpdatedAt } from '../blocks/members.js';
import { id, instant, nullable, number, oneOf, required, sensitive } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const userBalanceChanged = defineNotification({
  name: 'userBalance.changed',
  title: "A user's balance changed",
  resource: 'user',
  type: fixed('user.balanceChanged'),
  subject: subjectAt('user', ['userId']),
  body: {
    userId: required(id()),
    debit: required(number()),
    credit: required(number()),
    updatedBalance: required(sensitive(number('Prepaid balance after the change'))),
    currency: required(currency),
    type: required(
      oneOf([
        'transaction',
        'user_top_up',
        'api_top_up',
        'operator_top_up',
        'voucher',
        'top_up',
        'auto_top_up',
        'add_to_balance',
        'promo_code',
        'subscribe_to_plan',
        'custom_fee',
      ]),
    ),
    transactionId: nullable(id()),
    timestamp: required(instant()),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
