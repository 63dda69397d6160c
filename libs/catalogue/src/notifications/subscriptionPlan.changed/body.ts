import { action, lastUpdatedAt } from '../../blocks/common.js';
import { id, inferred } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// AMPECO publishes no payload; this one is that of its siblings.
export const body: Members = {
  subscriptionPlanId: inferred(id()),
  action: inferred(action('created', 'updated', 'deleted')),
  lastUpdatedAt: inferred(lastUpdatedAt),
};
