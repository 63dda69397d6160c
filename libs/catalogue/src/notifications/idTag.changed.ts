import { action, lastUpdatedAt } from '../blocks/members.js';
import { arrivesAs, id, required } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const idTagChanged = defineNotification({
  name: 'idTag.changed',
  title: 'An id tag was created, edited or deleted',
  remark: 'Without `lastUpdatedAt`, which AMPECO does not require, the event is undated.',
  resource: 'idTag',
  type: byAction('idTag', ['created', 'updated', 'deleted']),
  // AMPECO writes `idTagsId`; `idTagId` is read too, in case AMPECO corrects it.
  subject: subjectAt('idTag', ['idTagsId'], ['idTagId']),
  body: {
    idTagId: required(arrivesAs(id(), 'idTagsId', 'idTagId')),
    action: required(action('created', 'updated', 'deleted')),
    lastUpdatedAt,
  },
});
