import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const issueChangedNotification = defineNotification({
  name: 'IssueChangedNotification',
  title: 'An issue was opened or changed',
  evidence: 'inferred',
  resource: 'issue',
  type: byAction('issue', ['created', 'updated', 'deleted']),
  subject: subjectAt('issue', ['issueId']),
  body,
});
