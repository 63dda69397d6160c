import { defineNotification, subjectAt } from '../../entry.js';
import { byField, byPresence } from '../../type-rule.js';
import { body } from './body.js';

// `action` is optional in this older name; a stop is then told by its time.
export const sessionStartStopOldNotification = defineNotification({
  name: 'SessionStartStopNotification',
  title: 'A session started or stopped',
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
