import { byAction, defineNotification, subjectAt } from '../../entry.js';

export const locationChangedNotification = defineNotification({
  name: 'LocationChangedNotification',
  title: 'A location was created, edited or deleted, with the whole object',
  resource: 'location',
  type: byAction('location', ['created', 'updated', 'deleted'], 'location.updated'),
  subject: subjectAt('location', ['location', 'id']),
  related: { location: [['location', 'id']] },
});
