import { defineNotification, subjectAt } from '../../entry.js';
import { fixed } from '../../type-rule.js';
import { body } from './body.js';

export const sessionMeterValuesNotification = defineNotification({
  name: 'SessionMeterValuesNotification',
  title: 'Meter values of a running session',
  remark: 'A value carries neither phase nor context, so a measurand may be there several times.',
  resource: 'session',
  type: fixed('session.metered'),
  subject: subjectAt('session', ['sessionId']),
  body,
});
