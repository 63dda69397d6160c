import { action, lastUpdatedAt } from '../blocks/members.js';
import { id, object, required } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const subOperatorChangedNotification = defineNotification({
  name: 'SubOperatorChangedNotification',
  title: 'A sub-operator was created or deleted',
  resource: 'subOperator',
  type: byAction('subOperator', ['created', 'deleted']),
  subject: subjectAt('subOperator', ['subOperator', 'id']),
  subjectRequired: false,
  body: {
    subOperator: required(object({ id: id() })),
    action: required(action('created', 'deleted')),
    lastUpdatedAt: required(lastUpdatedAt),
  },
});
