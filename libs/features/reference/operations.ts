import { KEY_SCHEMAS, KEYS } from '@chargelog/features/access';
import { AUDIT, AUDIT_SCHEMAS } from '@chargelog/features/audit';
import { DRIFT, DRIFT_SCHEMAS } from '@chargelog/features/drift';
import { EVENT_SCHEMAS, EVENTS } from '@chargelog/features/events';
import { FEED, FEED_SCHEMAS } from '@chargelog/features/feed';
import { GAP_SCHEMAS, GAPS } from '@chargelog/features/gaps';
import { QUARANTINE, QUARANTINE_SCHEMAS } from '@chargelog/features/quarantine';
import { REINDEX, REINDEX_SCHEMAS } from '@chargelog/features/reindex';
import { REJECTION_SCHEMAS, REJECTIONS } from '@chargelog/features/rejections';
import { REPLAY_SCHEMAS, REPLAYS } from '@chargelog/features/replays';
import { SOURCE_SCHEMAS, SOURCES } from '@chargelog/features/sources';
import {
  type OperationDescription,
  type Schema,
  assembleOpenApi,
  type OpenApiDocument,
} from '@chargelog/http';
import { WEBHOOK_SCHEMAS, WEBHOOKS } from '@chargelog/webhook';
import { OPERATION, OPERATION_SCHEMAS } from './operation.openapi.js';

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
