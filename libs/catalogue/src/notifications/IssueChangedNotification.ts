import { action } from '../blocks/members.js';
import { anything, id, instant, nullable, object, required, sensitive, text } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const issueChangedNotification = defineNotification({
  name: 'IssueChangedNotification',
  title: 'An issue was opened or changed',
  evidence: 'inferred',
  resource: 'issue',
  type: byAction('issue', ['created', 'updated', 'deleted']),
  subject: subjectAt('issue', ['issueId']),
  // AMPECO publishes the names of the members and which are required, not their types nor the values of `action`.
  body: {
    issueId: required(id()),
    action: required(action('created', 'updated', 'deleted')),
    status: text(),
    workflowState: text(),
    updatedAt: required(instant()),
    issue: object(
      {
        id: id(),
        operatorId: nullable(id()),
        title: text(),
        status: text(),
        workflowState: text(),
        category: nullable(text()),
        severity: nullable(text()),
        priority: nullable(text()),
        keyResource: anything(),
        assigneeAdminId: nullable(id()),
        partnerId: nullable(id()),
        externalId: nullable(text()),
        description: sensitive(nullable(text('Free text'))),
        resolutionDetails: sensitive(nullable(text('Free text'))),
        createdAt: instant(),
        updatedAt: instant(),
      },
      'Since API 3.251',
    ),
  },
});
