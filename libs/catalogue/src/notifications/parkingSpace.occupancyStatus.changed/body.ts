import { lastUpdatedAt } from '../../blocks/common.js';
import { id, oneOf, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  parkingSpaceId: required(id()),
  occupancyStatus: required(oneOf(['available', 'occupied'])),
  lastUpdatedAt: required(lastUpdatedAt),
};
