import { action, lastUpdatedAt } from '../../blocks/common.js';
import { tariff } from '../../blocks/tariff.js';
import { object, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  tariff: required(object(tariff)),
  action: required(action('created', 'updated', 'deleted')),
  lastUpdatedAt: required(lastUpdatedAt),
};
