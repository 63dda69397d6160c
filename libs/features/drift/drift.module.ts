import { Database, PgEventWriters } from '@chargelog/event-log';
import { EventWriters } from '@chargelog/pipeline';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DriftRecorder } from './drift-recorder.js';
import { DriftController } from './drift.controller.js';
import { DriftStore } from './drift.store.js';

/**
 * How bodies differ from the catalogue. Whoever writes to the event log opens the writer here, so that what it stores is
 * looked at. Closed behind the writers, which are parts of other modules.
 */
@Global()
@Module({
  providers: [
    {
      provide: DriftStore,
      inject: [Database],
      useFactory: ({ dataSource }: Database) => new DriftStore(dataSource),
    },
    {
      provide: DriftRecorder,
      inject: [DriftStore, LOGGER],
      useFactory: (store: DriftStore, log: Log) => new DriftRecorder({ store, log }),
    },
    {
      provide: EventWriters,
      inject: [PgEventWriters, DriftRecorder],
      useFactory: (writers: PgEventWriters, drift: DriftRecorder): EventWriters => ({
        open: (options) => drift.watch(writers.open(options)),
      }),
    },
  ],
  exports: [DriftStore, EventWriters],
})
export class DriftModule implements OnApplicationShutdown {
  constructor(private readonly drift: DriftRecorder) {}

  onApplicationShutdown(): Promise<void> {
    return this.drift.close();
  }
}

@Module({ controllers: [DriftController] })
export class DriftApiModule {}
