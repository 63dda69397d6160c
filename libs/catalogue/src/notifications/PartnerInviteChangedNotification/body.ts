import { action, lastUpdatedAt } from '../../blocks/common.js';
import { id, inferred, nullable, sensitive, text } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

// AMPECO publishes no payload; this one is that of the current name.
export const body: Members = {
  partnerInviteId: inferred(id()),
  userId: inferred(nullable(id())),
  email: sensitive(inferred(nullable(text('E-mail address')))),
  action: inferred(action('created', 'updated', 'deleted')),
  lastUpdatedAt: inferred(lastUpdatedAt),
};
