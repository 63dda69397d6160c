export { DocsController } from './docs.controller.js';
export { HomeController } from './home.controller.js';
export { OpenApiController } from './openapi.controller.js';
export { openApiDocument } from './operations.js';
export { ProblemsController } from './problems.controller.js';
export { ReferenceModule } from './reference.module.js';
