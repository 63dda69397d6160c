import { action, lastUpdatedAt } from '../../blocks/common.js';
import { user } from '../../blocks/user.js';
import { object, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  user: required(object(user)),
  action: required(action('created', 'updated', 'deleted', 'permanently deleted')),
  lastUpdatedAt: required(lastUpdatedAt),
};
