import { id, required, sensitive, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// Opaque text of the vendor may hold anything, tags and card numbers among it.
export const body: Members = {
  chargePointId: required(id()),
  vendorId: required(text()),
  messageId: text(),
  data: sensitive(text("The vendor's own, often JSON in a string")),
};
