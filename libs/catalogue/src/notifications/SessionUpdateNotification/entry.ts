import { defineNotification, fixed, subjectAt } from '../../entry.js';

export const sessionUpdateNotification = defineNotification({
  name: 'SessionUpdateNotification',
  title: 'The state of a session, with the whole object',
  resource: 'session',
  type: fixed('session.updated'),
  subject: subjectAt('session', ['session', 'id']),
  related: {
    session: [['session', 'id']],
    chargePoint: [['session', 'chargePointId']],
    evse: [['session', 'evseId']],
    user: [['session', 'userId']],
  },
});
