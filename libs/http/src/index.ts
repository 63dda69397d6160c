export {
  attachCaller,
  BOOTSTRAP,
  type Caller,
  CurrentCaller,
  maySeeTenant,
  withinTenantsOf,
} from './caller/caller.js';
export { isOpen, Open, RequireScope, scopeOf } from './caller/route-access.js';
export { type Scope, SCOPES } from './caller/scopes.js';
export { visibleHeaders } from './caller/visible-headers.js';
export {
  feedCursor,
  historyCursor,
  quarantineCursor,
  readFeedCursor,
  readHistoryCursor,
  readQuarantineCursor,
} from './cursors/cursor.js';
export {
  answer,
  BODY_PROBLEMS,
  CURSOR,
  CURSOR_PROBLEMS,
  INSTANT,
  listOf,
  MASKED_HEADERS,
  NOTIFICATION_NAME,
  NULLABLE_INSTANT,
  object,
  type OperationDescription,
  pageOf,
  type ParameterDescription,
  POSITION,
  QUERY_PROBLEMS,
  ref,
  type Schema,
  SOURCE_NAME,
  STATED_REASON,
  STORE_PROBLEMS,
  TRANSPORT,
  UUID,
} from './openapi/description.js';
export {
  assembleOpenApi,
  type OpenApiDocument,
  type OpenApiOperation,
  type OpenApiResponse,
} from './openapi/document.js';
export {
  KEY_ID,
  QUARANTINE_ID,
  REPLAY_ID,
  SESSION_STARTED,
  SESSION_STARTED_EVENT,
  SESSION_STARTED_ID,
} from './openapi/examples.js';
export {
  AFTER_CURSOR,
  ENTRY_LIMIT,
  idParameter,
  INSTANT_OR_DATE_TEXT,
  limitParameter,
  pathParameter,
  queryParameter,
  RECEIVED_PAGE,
} from './openapi/parameters.js';
export { escapeHtml, PAGE_HEADERS, prose, renderPage } from './pages/html.js';
export { renderDocs } from './pages/render-docs.js';
export { JsonBodyPipe } from './parameters/json-body.pipe.js';
export {
  AsNumber,
  instantOf,
  IsDecimalId,
  isDecimalId,
  IsEventTypePattern,
  IsInstant,
  IsNotificationName,
  isSourceName,
  IsSourceName,
  IsSubject,
  Repeatable,
} from './parameters/parameters.js';
export { ReceivedPageQuery, toReceivedSpan } from './parameters/received-page.query.js';
export { iso } from './parameters/render-instant.js';
export { StatedReason } from './parameters/stated-reason.body.js';
export { UnknownParametersGuard } from './parameters/unknown-parameters.guard.js';
export { validationPipe } from './parameters/validation.js';
export { isProblemCode, PROBLEM_GUIDE } from './problems/problem-guide.js';
export { PROBLEM_STATUS, PROBLEM_TITLE, ProblemFilter } from './problems/problem.filter.js';
export { refuseUnreadable, refuseUnroutable } from './problems/refusals.js';
export { HTTP_LIMITS, isAtIntakeListener } from './server/http-limits.js';
export { closeHttpServer, createHttpServer, listen, listenForIntake } from './server/http-server.js';
