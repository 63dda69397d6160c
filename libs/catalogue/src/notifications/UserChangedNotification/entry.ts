import { defineNotification, subjectAt } from '../../entry.js';
import { byField } from '../../type-rule.js';
import { body } from './body.js';

// `permanently deleted` follows the person's own request to be forgotten.
export const userChangedNotification = defineNotification({
  name: 'UserChangedNotification',
  title: 'A user was created, edited, deleted or erased, with the whole object',
  resource: 'user',
  type: byField('action', {
    created: 'user.created',
    updated: 'user.updated',
    deleted: 'user.deleted',
    'permanently deleted': 'user.erased',
  }),
  subject: subjectAt('user', ['user', 'id']),
  subjectRequired: false,
  body,
});
