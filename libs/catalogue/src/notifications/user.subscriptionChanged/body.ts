import { lastUpdatedAt } from '../../blocks/common.js';
import { arrivesAs, id, instant, oneOf, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  userId: required(id()),
  planId: required(id()),
  status: required(oneOf(['active', 'cancelled', 'expired'], { aliases: { cancelled: 'canceled' } })),
  endsAt: required(arrivesAs(instant('When the subscription ends'), 'endDate')),
  lastUpdatedAt: required(lastUpdatedAt),
};
