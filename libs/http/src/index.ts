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
  arrivalsCursor,
  type CursorContext,
  feedCursor,
  historyCursor,
  quarantineCursor,
  readArrivalsCursor,
  readFeedCursor,
  readHistoryCursor,
  readQuarantineCursor,
} from './cursors/cursor.js';
export {
  assembleOpenApi,
  type OpenApiDocument,
  type OpenApiOperation,
  type OpenApiResponse,
} from './openapi/document.js';
export { SESSION_STARTED, SESSION_STARTED_EVENT, SESSION_STARTED_ID } from './openapi/examples.js';
export { answer, answerOf, CURSOR_PROBLEMS, idPart, Operation, Tag } from './openapi/operation.js';
export { Described, NamedSchema, Nested, schemaOf } from './openapi/request.js';
export { controllersOf, routesOf } from './openapi/routes.js';
export * as json from './openapi/schema.js';
export type { Schema } from './openapi/schema.js';
export { escapeHtml, PAGE_HEADERS, prose, renderPage } from './pages/html.js';
export { renderDocs } from './pages/render-docs.js';
export { checksWithoutWords } from './parameters/check-words.js';
export {
  AsNumber,
  Cursor,
  instantOf,
  IsDecimalId,
  isDecimalId,
  IsEventTypePattern,
  IsInstant,
  IsNotificationName,
  IsRelatedId,
  iso,
  isSourceName,
  IsSourceName,
  IsSubject,
  Limit,
  Repeatable,
} from './parameters/parameters.js';
export { IsStatedReason, ReceivedPageQuery, StatedReason, toReceivedSpan } from './parameters/shared.dto.js';
export { UnknownParametersGuard } from './parameters/unknown-parameters.guard.js';
export { JsonBodyPipe, OptionalJsonBodyPipe, validationPipe } from './parameters/validation.js';
export { BODY_ENCODINGS, type BodyEncoding, writtenBytes } from './parameters/written-bytes.js';
export { isProblemCode, PROBLEM_GUIDE } from './problems/problem-guide.js';
export { PROBLEM_STATUS, PROBLEM_TITLE, ProblemFilter } from './problems/problem.filter.js';
export { refuseUnreadable, refuseUnroutable } from './problems/refusals.js';
export { HTTP_LIMITS, isAtIntakeListener, isSignedPost } from './server/http-limits.js';
export { closeHttpServer, createHttpServer, listen, listenForIntake } from './server/http-server.js';
