import { Database, PartitionManager, pruneUndatedKeys, pruneUndatedStamps } from '@chargelog/event-log';
import { PartsClosing } from '@chargelog/features/process';
import {
  RejectionStore,
  REJECTION_BYTES_PER_SOURCE,
  RejectionStoreModule,
  REJECTIONS_KEPT_MS,
} from '@chargelog/features/rejections';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Maintenance } from './maintenance.js';

/** The role maintenance: must run on some instance, and may run on several. */
@Module({
  imports: [RejectionStoreModule],
  providers: [
    {
      provide: Maintenance,
      inject: [Database, RejectionStore, LOGGER],
      useFactory: ({ pool }: Database, rejections: RejectionStore, log: Log): Maintenance => {
        const partitions = new PartitionManager(pool, log);
        return new Maintenance(
          {
            partitions: () => partitions.run(),
            undatedKeys: () => pruneUndatedKeys(pool),
            undatedStamps: () => pruneUndatedStamps(pool),
            rejections: () =>
              rejections.trim({
                receivedBefore: Date.now() - REJECTIONS_KEPT_MS,
                bytesPerSource: REJECTION_BYTES_PER_SOURCE,
              }),
          },
          log,
        );
      },
    },
  ],
})
export class MaintenanceModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly maintenance: Maintenance,
    private readonly closing: PartsClosing,
  ) {}

  onModuleInit(): void {
    this.maintenance.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(() => this.maintenance.close());
  }
}
