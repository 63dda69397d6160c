import { ONLY } from '../../body.js';
import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

// Several charge points of one job have no common column; they are found through the job.
export const installerJobChanged = defineNotification({
  name: 'installerJob.changed',
  title: "An installer's job was made or went a step on",
  resource: 'installerJob',
  type: byAction('installerJob', ['created', 'updated']),
  subject: subjectAt('installerJob', ['id']),
  related: { chargePoint: [['chargePoints', ONLY, 'id']] },
  body,
});
