import { Module } from '@nestjs/common';
import { CatalogueController } from './catalogue.controller.js';
import { SchemasController } from './schemas.controller.js';

/** What there is to ask for: types, notifications and their schemas. */
@Module({ controllers: [CatalogueController, SchemasController] })
export class CatalogueModule {}
