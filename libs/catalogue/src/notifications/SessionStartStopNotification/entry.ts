import { byField, defineNotification, subjectAt } from '../../entry.js';

const START_STOP = byField('action', { start: 'session.started', stop: 'session.stopped' });

// `action` is optional in this older name; a stop is then told by its time.
export const sessionStartStopOldNotification = defineNotification({
  name: 'SessionStartStopNotification',
  title: 'A session started or stopped',
  supersededBy: 'session.start.stop.notification',
  resource: 'session',
  type: {
    total: false,
    types: START_STOP.types,
    typeOf: (body) =>
      body['action'] === undefined || body['action'] === null
        ? typeof body['stoppedAtTimestamp'] === 'string'
          ? 'session.stopped'
          : 'session.started'
        : START_STOP.typeOf(body),
  },
  subject: subjectAt('session', ['sessionId']),
});
