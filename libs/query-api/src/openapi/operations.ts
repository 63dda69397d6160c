import { ACCESS, ACCESS_SCHEMAS } from './access.js';
import type { OperationDescription, Schema } from './description.js';
import { EVENT_SCHEMAS, EVENTS } from './events.js';
import { FEED, FEED_SCHEMAS } from './feed.js';
import { OPERATION, OPERATION_SCHEMAS } from './operation.js';
import { QUARANTINE, QUARANTINE_SCHEMAS } from './quarantine.js';
import { REJECTION_SCHEMAS, REJECTIONS } from './rejections.js';
import { REPLAY_SCHEMAS, REPLAYS } from './replays.js';
import { WEBHOOK_SCHEMAS, WEBHOOKS } from './webhooks.js';

/** Every call of the gateway. A spec compares it with the routes that are there. */
export const OPERATIONS: readonly OperationDescription[] = [
  ...WEBHOOKS,
  ...EVENTS,
  ...FEED,
  ...REPLAYS,
  ...QUARANTINE,
  ...REJECTIONS,
  ...ACCESS,
  ...OPERATION,
];

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  ...WEBHOOK_SCHEMAS,
  ...EVENT_SCHEMAS,
  ...FEED_SCHEMAS,
  ...REPLAY_SCHEMAS,
  ...QUARANTINE_SCHEMAS,
  ...REJECTION_SCHEMAS,
  ...ACCESS_SCHEMAS,
  ...OPERATION_SCHEMAS,
};
