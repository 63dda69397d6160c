import { Database, Dictionaries, PG_CONNECTION, type PgConnection } from '@chargelog/event-log';
import { PartsClosing } from '@chargelog/features/process';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ReindexStore } from './reindex.store.js';
import { ReindexWorker } from './reindex-worker.js';
import { ReindexController } from './reindex.controller.js';

@Module({
  providers: [
    {
      provide: ReindexStore,
      inject: [Database, PG_CONNECTION, Dictionaries],
      useFactory: ({ dataSource }: Database, connection: PgConnection, names: Dictionaries) =>
        new ReindexStore(dataSource, connection, names),
    },
  ],
  exports: [ReindexStore],
})
class ReindexStoreModule {}

/** Starts, shows and cancels the recomputation of derived columns. */
@Module({ imports: [ReindexStoreModule], controllers: [ReindexController] })
export class ReindexModule {}

/** Works on it. */
@Module({
  imports: [ReindexStoreModule],
  providers: [
    {
      provide: ReindexWorker,
      inject: [ReindexStore, LOGGER],
      useFactory: (store: ReindexStore, log: Log) => new ReindexWorker({ store, log }),
    },
  ],
})
export class ReindexWorkerModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly worker: ReindexWorker,
    private readonly closing: PartsClosing,
  ) {}

  onModuleInit(): void {
    this.worker.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(() => this.worker.close());
  }
}
