import { defineNotification, subjectAt } from '../../entry.js';
import { byField } from '../../type-rule.js';
import { body } from './body.js';

export const userChangedNotification = defineNotification({
  name: 'UserChangedNotification',
  title: 'A user was created, edited, deleted or erased, with the whole object',
  remark:
    "`permanently deleted` follows the person's own request to be forgotten; the event type is `user.erased`.",
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
