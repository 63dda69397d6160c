import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const sessionUpdateNotification = defineNotification({
  name: 'SessionUpdateNotification',
  title: 'The state of a session, with the whole object',
  resource: 'session',
  type: fixed('session.updated'),
  subject: subjectAt('session', ['session', 'id']),
  related: {
    chargePoint: [['session', 'chargePointId']],
    evse: [['session', 'evseId']],
    user: [['session', 'userId']],
  },
  body,
});
