import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const sessionMeterValuesNotification = defineNotification({
  name: 'SessionMeterValuesNotification',
  title: 'Meter values of a running session',
  resource: 'session',
  type: fixed('session.metered'),
  subject: subjectAt('session', ['sessionId']),
  body,
});
