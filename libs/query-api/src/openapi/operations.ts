import { AUDIT, AUDIT_SCHEMAS } from './audit.js';
import type { OperationDescription, Schema } from './description.js';
import { DRIFT, DRIFT_SCHEMAS } from './drift.js';
import { EVENT_SCHEMAS, EVENTS } from './events.js';
import { FEED, FEED_SCHEMAS } from './feed.js';
import { GAP_SCHEMAS, GAPS } from './gaps.js';
import { KEY_SCHEMAS, KEYS } from './keys.js';
import { OPERATION, OPERATION_SCHEMAS } from './operation.js';
import { QUARANTINE, QUARANTINE_SCHEMAS } from './quarantine.js';
import { REJECTION_SCHEMAS, REJECTIONS } from './rejections.js';
import { REINDEX, REINDEX_SCHEMAS } from './reindex.js';
import { REPLAY_SCHEMAS, REPLAYS } from './replays.js';
import { SOURCE_SCHEMAS, SOURCES } from './sources.js';
import { WEBHOOK_SCHEMAS, WEBHOOKS } from './webhooks.js';
import { assembleOpenApi, type OpenApiDocument } from './document.js';

/** Every call of the gateway. A spec compares it with the routes that are there. */
export const OPERATIONS: readonly OperationDescription[] = [
  ...WEBHOOKS,
  ...EVENTS,
  ...FEED,
  ...REPLAYS,
  ...DRIFT,
  ...QUARANTINE,
  ...REJECTIONS,
  ...KEYS,
  ...SOURCES,
  ...AUDIT,
  ...GAPS,
  ...REINDEX,
  ...OPERATION,
];

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  ...WEBHOOK_SCHEMAS,
  ...EVENT_SCHEMAS,
  ...FEED_SCHEMAS,
  ...REPLAY_SCHEMAS,
  ...DRIFT_SCHEMAS,
  ...QUARANTINE_SCHEMAS,
  ...REJECTION_SCHEMAS,
  ...KEY_SCHEMAS,
  ...SOURCE_SCHEMAS,
  ...AUDIT_SCHEMAS,
  ...GAP_SCHEMAS,
  ...REINDEX_SCHEMAS,
  ...OPERATION_SCHEMAS,
};

/** The whole description as one OpenAPI 3.1 document. */
export function openApiDocument(): OpenApiDocument {
  return assembleOpenApi(OPERATIONS, SCHEMAS);
}
