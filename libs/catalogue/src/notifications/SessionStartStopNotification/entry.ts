import { defineNotification, subjectAt } from '../../entry.js';
import { byField, byPresence } from '../../type-rule.js';
import { body } from './body.js';

export const sessionStartStopOldNotification = defineNotification({
  name: 'SessionStartStopNotification',
  title: 'A session started or stopped',
  remark: 'Without `action` a stop is told by `stoppedAtTimestamp`.',
  supersededBy: 'session.start.stop.notification',
  resource: 'session',
  type: byField(
    'action',
    { start: 'session.started', stop: 'session.stopped' },
    byPresence('stoppedAtTimestamp', { given: 'session.stopped', blank: 'session.started' }),
  ),
  subject: subjectAt('session', ['sessionId']),
  body,
});
