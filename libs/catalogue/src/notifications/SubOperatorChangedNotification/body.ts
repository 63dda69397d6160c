import { action, lastUpdatedAt } from '../../blocks/common.js';
import { id, object, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  subOperator: required(object({ id: id() })),
  action: required(action('created', 'deleted')),
  lastUpdatedAt: required(lastUpdatedAt),
};
