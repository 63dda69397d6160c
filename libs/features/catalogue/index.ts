export { CatalogueController } from './catalogue.controller.js';
export { SchemasController } from './schemas.controller.js';
export { CatalogueModule } from './catalogue.module.js';
