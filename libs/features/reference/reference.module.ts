import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller.js';
import { HomeController } from './home.controller.js';
import { OpenApiController } from './openapi.controller.js';
import { ProblemsController } from './problems.controller.js';

/** Pages and documents that say what there is to call and what errors mean. */
@Module({ controllers: [HomeController, DocsController, OpenApiController, ProblemsController] })
export class ReferenceModule {}
