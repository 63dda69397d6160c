import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const transactionChanged = defineNotification({
  name: 'transaction.changed',
  title: 'A payment transaction was made or changed',
  remark: 'Without `lastUpdatedAt`, which AMPECO does not require, the event is undated.',
  resource: 'transaction',
  type: byAction('transaction', ['created', 'updated']),
  subject: subjectAt('transaction', ['transactionId']),
  body,
});
