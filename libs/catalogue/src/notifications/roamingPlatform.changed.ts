import { pointer } from '../blocks/members.js';
import { id } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const roamingPlatformChanged = defineNotification({
  name: 'roamingPlatform.changed',
  title: 'A roaming platform was created, edited or deleted',
  resource: 'roamingPlatform',
  type: byAction('roamingPlatform', ['created', 'updated', 'deleted']),
  subject: subjectAt('roamingPlatform', ['roamingPlatformId']),
  body: pointer('roamingPlatformId', id(), 'created', 'updated', 'deleted'),
});
