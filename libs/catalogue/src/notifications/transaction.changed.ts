import { lastUpdatedAt, pointer } from '../blocks/members.js';
import { id } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const transactionChanged = defineNotification({
  name: 'transaction.changed',
  title: 'A payment transaction was made or changed',
  remark: 'Without `lastUpdatedAt`, which AMPECO does not require, the event is undated.',
  resource: 'transaction',
  type: byAction('transaction', ['created', 'updated']),
  subject: subjectAt('transaction', ['transactionId']),
  body: { ...pointer('transactionId', id(), 'created', 'updated'), lastUpdatedAt },
});
