import { GATEWAY_CONFIG, type GatewayConfig } from '@chargelog/config';
import { Database, PG_CONNECTION, type PgConnection } from '@chargelog/event-log';
import { AuditModule } from '@chargelog/features/audit';
import { renderCloudEvent } from '@chargelog/features/events';
import { PartsClosing } from '@chargelog/features/process';
import { EVENT_READER, type EventReader } from '@chargelog/pipeline';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ReplayStore } from './replay.store.js';
import { ReplayWorker } from './replay-worker.js';
import { ReplaysController } from './replays.controller.js';
import { TargetPolicy } from './target-policy.js';

@Module({
  providers: [
    {
      provide: ReplayStore,
      inject: [Database, PG_CONNECTION],
      useFactory: ({ dataSource }: Database, connection: PgConnection) =>
        new ReplayStore(dataSource, connection),
    },
    {
      provide: TargetPolicy,
      inject: [GATEWAY_CONFIG],
      useFactory: ({ targets }: GatewayConfig) => new TargetPolicy(targets.allow),
    },
  ],
  exports: [ReplayStore, TargetPolicy],
})
class ReplayJobsModule {}

/** Jobs that send stored events again, for people. */
@Module({ imports: [ReplayJobsModule, AuditModule], controllers: [ReplaysController] })
export class ReplaysModule {}

/** Works on them. */
@Module({
  imports: [ReplayJobsModule],
  providers: [
    {
      provide: ReplayWorker,
      inject: [ReplayStore, EVENT_READER, TargetPolicy, LOGGER],
      useFactory: (jobs: ReplayStore, reader: EventReader, targets: TargetPolicy, log: Log) =>
        new ReplayWorker({ jobs, reader, targets, render: renderCloudEvent, log }),
    },
  ],
})
export class ReplayWorkerModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly worker: ReplayWorker,
    private readonly closing: PartsClosing,
  ) {}

  onModuleInit(): void {
    this.worker.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(() => this.worker.close());
  }
}
