export { AuditController } from './access/audit.controller.js';
export { KeysController } from './access/keys.controller.js';
export { SourcesController } from './access/sources.controller.js';
export { CatalogueController } from './catalogue/catalogue.controller.js';
export { SchemasController } from './catalogue/schemas.controller.js';
export { renderCloudEvent } from './cloud-event.js';
export { DATA_FORMS, dataForm, type DataParameter } from './data-form.js';
export { EventFilterQuery, toEventFilter } from './events/event-filter.query.js';
export { EventsController } from './events/events.controller.js';
export { FeedController } from './feed/feed.controller.js';
export { GapsController } from './gaps/gaps.controller.js';
export { JsonBodyPipe } from './json-body.pipe.js';
export { openApiDocument } from './openapi/operations.js';
export {
  type OpenApiDocument,
  type OpenApiOperation,
  type OpenApiResponse,
} from './openapi/document.js';
export { OpenApiController } from './openapi/openapi.controller.js';
export { DocsController } from './pages/docs.controller.js';
export { PAGE_HEADERS, renderPage } from './pages/html.js';
export { IsSourceName } from './parameters.js';
export { ProblemFilter } from './problem.filter.js';
export { ProblemsController } from './problems/problems.controller.js';
export { QuarantineController } from './quarantine/quarantine.controller.js';
export { QuarantineDesk } from './quarantine/quarantine-desk.js';
export { ReceivedPageQuery, toReceivedSpan } from './received-page.query.js';
export { ReindexController } from './reindex/reindex.controller.js';
export { DriftController } from './reports/drift.controller.js';
export { refuseExpectation, refuseUnreadable, refuseUnroutable } from './refusals.js';
export { UnknownParametersGuard } from './unknown-parameters.guard.js';
export { validationPipe } from './validation.js';
