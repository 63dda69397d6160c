import { action, lastUpdatedAt } from '../../blocks/common.js';
import { id, inferred, textId } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// AMPECO publishes no payload; this one is that of the current name.
export const body: Members = {
  paymentMethodId: inferred(textId()),
  userId: inferred(id()),
  action: inferred(action('created', 'updated', 'deleted')),
  lastUpdatedAt: inferred(lastUpdatedAt),
};
