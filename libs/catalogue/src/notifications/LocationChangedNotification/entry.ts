import { defineNotification, subjectAt } from '../../entry.js';
import { byAction, fixed } from '../../type-rule.js';
import { body } from './body.js';

export const locationChangedNotification = defineNotification({
  name: 'LocationChangedNotification',
  title: 'A location was created, edited or deleted, with the whole object',
  remark: 'Without `action`, which AMPECO does not require, it is read as an update.',
  resource: 'location',
  type: byAction('location', ['created', 'updated', 'deleted'], fixed('location.updated')),
  subject: subjectAt('location', ['location', 'id']),
  subjectRequired: false,
  body,
});
