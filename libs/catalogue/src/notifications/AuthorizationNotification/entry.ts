import { defineNotification, fixed, subjectAt } from '../../entry.js';

export const authorizationNotification = defineNotification({
  name: 'AuthorizationNotification',
  title: 'An authorization was answered',
  supersededBy: 'authorization.changed',
  resource: 'authorization',
  type: fixed('authorization.updated'),
  subject: subjectAt('authorization', ['authorizationId']),
});
