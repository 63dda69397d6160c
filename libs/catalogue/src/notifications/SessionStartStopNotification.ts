import { action } from '../blocks/members.js';
import { sessionStartStop } from '../blocks/session.js';
import { id, nullable } from '../body-schema/build.js';
import { byField, byPresence, defineNotification, subjectAt } from '../entry.js';

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
  body: {
    ...sessionStartStop,
    action: action('start', 'stop'),
    userId: nullable(id('Given at a start only; null for anonymous sessions')),
  },
});
