import { id, required, sensitive, text } from '../body-schema/build.js';
import { defineNotification, fixed, subjectAt } from '../entry.js';

export const chargePointDataTransferReceived = defineNotification({
  name: 'chargePoint.dataTransferReceived',
  title: 'A charge point sent vendor data (OCPP DataTransfer)',
  remark:
    'The body has neither a time of its own nor an id: the event is undated, and equal messages within ten minutes, unless configured otherwise, are one.',
  resource: 'chargePoint',
  type: fixed('chargePoint.dataTransferReceived'),
  subject: subjectAt('chargePoint', ['chargePointId']),
  // The vendor's text may hold anything, RFID tags and card numbers too.
  body: {
    chargePointId: required(id()),
    vendorId: required(text()),
    messageId: text(),
    data: sensitive(text("The vendor's own, often JSON in a string")),
  },
});
