import { defineNotification, subjectAt } from '../../entry.js';
import { byField } from '../../type-rule.js';
import { body } from './body.js';

export const sessionStartStopNotification = defineNotification({
  name: 'session.start.stop.notification',
  title: 'A session started or stopped',
  resource: 'session',
  type: byField('action', { start: 'session.started', stop: 'session.stopped' }),
  subject: subjectAt('session', ['sessionId']),
  body,
});
