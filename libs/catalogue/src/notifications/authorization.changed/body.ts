import { action, lastUpdatedAt } from '../../blocks/common.js';
import { id, oneOf, required, sensitive, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  authorizationId: required(id()),
  action: required(action('created', 'updated')),
  chargePointId: id(),
  idTag: sensitive(text('Number of the RFID tag')),
  status: required(oneOf(['accepted', 'rejected', 'pending'])),
  lastUpdatedAt: required(lastUpdatedAt),
};
