import { lastUpdatedAt } from '../../blocks/common.js';
import { id, instant, oneOf, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  userId: required(id()),
  planId: required(id()),
  status: required(oneOf(['active', 'canceled', 'expired', 'pending', 'suspended'])),
  endsAt: required(instant('When the subscription ends')),
  lastUpdatedAt: required(lastUpdatedAt),
};
