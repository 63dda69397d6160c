import { pointer } from '../blocks/members.js';
import { id } from '../body-schema/build.js';
import { byAction, defineNotification, subjectAt } from '../entry.js';

export const chargePointChanged = defineNotification({
  name: 'chargePoint.changed',
  title: 'A charge point was created, edited or deleted',
  remark: 'Not sent when a live status changes, nor for EVSEs, which have [`evse.changed`](evse.changed.md).',
  resource: 'chargePoint',
  type: byAction('chargePoint', ['created', 'updated', 'deleted']),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body: pointer('chargePointId', id(), 'created', 'updated', 'deleted'),
});
