import { byAction, defineNotification, subjectAt } from '../../entry.js';

// AMPECO's specification defines the member as `chargePoint` and requires it as `charge-point`; both are accepted.
export const chargePointChangedNotification = defineNotification({
  name: 'ChargePointChangedNotification',
  title: 'A charge point was created, edited or deleted, with the whole object',
  supersededBy: 'chargePoint.changed',
  resource: 'chargePoint',
  type: byAction('chargePoint', ['created', 'updated', 'deleted']),
  subject: subjectAt('chargePoint', ['chargePoint', 'id'], ['charge-point', 'id']),
  related: {
    chargePoint: [
      ['chargePoint', 'id'],
      ['charge-point', 'id'],
    ],
    location: [
      ['chargePoint', 'locationId'],
      ['charge-point', 'locationId'],
    ],
  },
});
