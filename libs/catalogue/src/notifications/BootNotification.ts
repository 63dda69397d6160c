import { bootDetails } from '../blocks/charge-point.js';
import { id, instant, object } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const bootNotification = defineNotification({
  name: 'BootNotification',
  title: 'A charge point has booted',
  resource: 'chargePoint',
  type: fixed('chargePoint.booted'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  // AMPECO's specification requires no member at all.
  subjectRequired: false,
  body: {
    chargePointId: id(),
    timestamp: instant(),
    bootNotification: object(bootDetails),
  },
});
