import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

// The plural is AMPECO's; the singular is accepted should it be mended.
export const idTagChanged = defineNotification({
  name: 'idTag.changed',
  title: 'An id tag was created, edited or deleted',
  resource: 'idTag',
  type: byAction('idTag', ['created', 'updated', 'deleted']),
  subject: subjectAt('idTag', ['idTagsId'], ['idTagId']),
  body,
});
