import { action } from '../blocks/members.js';
import { sessionStartStop } from '../blocks/session.js';
import { id, localInstant, required } from '../body-schema/build.js';
import { byField, defineNotification, subjectAt } from '../entry.js';

export const sessionStartStopNotification = defineNotification({
  name: 'session.start.stop.notification',
  title: 'A session started or stopped',
  resource: 'session',
  type: byField('action', { start: 'session.started', stop: 'session.stopped' }),
  subject: subjectAt('session', ['sessionId']),
  body: {
    ...sessionStartStop,
    action: required(action('start', 'stop')),
    userId: id('Absent for anonymous sessions'),
    startedAtTimestampLocal: localInstant('Given with multi-timezone'),
    stoppedAtTimestampLocal: localInstant('Given with multi-timezone'),
  },
});
