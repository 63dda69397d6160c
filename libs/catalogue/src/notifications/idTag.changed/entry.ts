import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

// The plural is AMPECO's; the singular is accepted should it be mended.
export const idTagChanged = defineNotification({
  name: 'idTag.changed',
  title: 'An id tag was created, edited or deleted',
  remark: 'Without `lastUpdatedAt`, which AMPECO does not require, the event is undated.',
  resource: 'idTag',
  type: byAction('idTag', ['created', 'updated', 'deleted']),
  subject: subjectAt('idTag', ['idTagsId'], ['idTagId']),
  body,
});
