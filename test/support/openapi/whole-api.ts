import 'reflect-metadata';
import { ROLES } from '@chargelog/config';
import type { ProcessSettings } from '@chargelog/features/process';
import type { Storage } from '@chargelog/features/storage';
import { assembleOpenApi, controllersOf } from '@chargelog/http';
import { AppModule } from '../../../apps/gateway/src/app.module.js';

/** Every controller of an instance with all roles. */
export const controllers = controllersOf(
  AppModule.with({ config: { roles: ROLES } } as unknown as ProcessSettings, {} as Storage),
);

export const apiDocument = assembleOpenApi(controllers);
