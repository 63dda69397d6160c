import { assembleOpenApi } from '@chargelog/http';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { API_DOCUMENT, DocsController } from './docs.controller.js';
import { HomeController } from './home.controller.js';
import { ProblemsController } from './problems.controller.js';

/** Pages and documents that say what there is to call and what errors mean. */
@Module({ controllers: [HomeController, DocsController, ProblemsController] })
export class ReferenceModule {
  /** Of all roles, also those that this instance does not have: a reader of the document sees the whole API anywhere. */
  static describing(controllers: () => readonly Type[]): DynamicModule {
    return {
      module: ReferenceModule,
      providers: [{ provide: API_DOCUMENT, useFactory: () => assembleOpenApi(controllers()) }],
    };
  }
}
