import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const subOperatorChangedNotification = defineNotification({
  name: 'SubOperatorChangedNotification',
  title: 'A sub-operator was created or deleted',
  resource: 'subOperator',
  type: byAction('subOperator', ['created', 'deleted']),
  subject: subjectAt('subOperator', ['subOperator', 'id']),
  subjectRequired: false,
  body,
});
