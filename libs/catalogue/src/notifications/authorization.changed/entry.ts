import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const authorizationChanged = defineNotification({
  name: 'authorization.changed',
  title: 'An authorization was made or changed',
  resource: 'authorization',
  type: byAction('authorization', ['created', 'updated']),
  subject: subjectAt('authorization', ['authorizationId']),
  body,
});
