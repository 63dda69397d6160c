import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

export const chargePointChanged = defineNotification({
  name: 'chargePoint.changed',
  title: 'A charge point was created, edited or deleted',
  remark: 'Not sent when a live status changes, nor for EVSEs, which have [`evse.changed`](evse.changed.md).',
  resource: 'chargePoint',
  type: byAction('chargePoint', ['created', 'updated', 'deleted']),
  subject: subjectAt('chargePoint', ['chargePointId']),
  body,
});
