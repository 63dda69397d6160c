import { chargePoint } from '../../blocks/charge-point.js';
import { action, lastUpdatedAt } from '../../blocks/common.js';
import { arrivesAs, object, required } from '../../body-schema/build.js';
import type { Members } from '../../body-schema/field.js';

export const body: Members = {
  chargePoint: required(arrivesAs(object(chargePoint), 'chargePoint', 'charge-point')),
  action: required(action('created', 'updated', 'deleted')),
  lastUpdatedAt: required(lastUpdatedAt),
};
