import { byAction, defineNotification, subjectAt } from '../../entry.js';

export const installerJobChanged = defineNotification({
  name: 'installerJob.changed',
  title: "An installer's job was made or went a step on",
  resource: 'installerJob',
  type: byAction('installerJob', ['created', 'updated']),
  subject: subjectAt('installerJob', ['id']),
});
