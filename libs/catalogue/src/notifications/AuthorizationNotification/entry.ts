import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const authorizationNotification = defineNotification({
  name: 'AuthorizationNotification',
  title: 'An authorization was answered',
  supersededBy: 'authorization.changed',
  resource: 'authorization',
  type: fixed('authorization.updated'),
  subject: subjectAt('authorization', ['authorizationId']),
  body,
});
