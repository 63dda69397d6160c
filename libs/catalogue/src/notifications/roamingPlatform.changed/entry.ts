import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const roamingPlatformChanged = defineNotification({
  name: 'roamingPlatform.changed',
  title: 'A roaming platform was created, edited or deleted',
  resource: 'roamingPlatform',
  type: byAction('roamingPlatform', ['created', 'updated', 'deleted']),
  subject: subjectAt('roamingPlatform', ['roamingPlatformId']),
  body,
});
