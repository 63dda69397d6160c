import { Database, DatabaseProbe, PG_CONNECTION, StoreCheck } from '@chargelog/event-log';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Inject } from '@nestjs/common';
import type { Storage } from './open-storage.js';

const STORAGE = Symbol('Storage');

/**
 * The database of the process. Of the modules that all others may use it is the first in the list of the application, so
 * Nest closes it last, when no part needs it any more.
 */
@Module({})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(STORAGE) private readonly storage: Storage) {}

  /** @param storage opened before Nest builds anything, so that it is closed again whatever fails afterwards */
  static of(storage: Storage): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      providers: [
        { provide: STORAGE, useValue: storage },
        { provide: Database, useValue: storage.database },
        { provide: DatabaseProbe, useValue: storage.probe },
        { provide: StoreCheck, useValue: storage.check },
        { provide: PG_CONNECTION, useValue: storage.connection },
      ],
      exports: [Database, DatabaseProbe, PG_CONNECTION, StoreCheck],
    };
  }

  onApplicationShutdown(): Promise<void> {
    return this.storage.close();
  }
}
