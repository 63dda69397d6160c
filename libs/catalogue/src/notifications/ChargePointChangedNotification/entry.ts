import { defineNotification, subjectAt } from '../../entry.js';
import { byAction } from '../../type-rule.js';
import { body } from './body.js';

// AMPECO's specification defines the member as `chargePoint` and requires it as `charge-point`; both are accepted.
export const chargePointChangedNotification = defineNotification({
  name: 'ChargePointChangedNotification',
  title: 'A charge point was created, edited or deleted, with the whole object',
  remark:
    'Two notifications replace it: changes of EVSEs and connectors are told by [`evse.changed`](evse.changed.md).',
  supersededBy: 'chargePoint.changed',
  resource: 'chargePoint',
  type: byAction('chargePoint', ['created', 'updated', 'deleted']),
  subject: subjectAt('chargePoint', ['chargePoint', 'id'], ['charge-point', 'id']),
  related: {
    location: [
      ['chargePoint', 'locationId'],
      ['charge-point', 'locationId'],
    ],
  },
  body,
});
