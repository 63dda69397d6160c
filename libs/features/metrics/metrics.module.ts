import { version } from '@chargelog/config';
import { Database, StoreCheck } from '@chargelog/event-log';
import { PartsClosing } from '@chargelog/features/process';
import { SourceRegistry } from '@chargelog/features/sources';
import { GatewayMetrics, LogSampler } from '@chargelog/telemetry';
import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LogStatisticsStore } from './log-statistics.store.js';
import { MetricsController } from './metrics.controller.js';

/** Measures whatever this instance does. */
@Global()
@Module({
  providers: [
    {
      provide: GatewayMetrics,
      inject: [SourceRegistry],
      useFactory: ({ sources }: SourceRegistry) => new GatewayMetrics({ version: version(), sources }),
    },
    {
      provide: LogSampler,
      inject: [Database, StoreCheck],
      useFactory: ({ pool }: Database, check: StoreCheck) =>
        new LogSampler(new LogStatisticsStore(pool), async () => (await check.trouble()) === undefined),
    },
  ],
  exports: [GatewayMetrics],
})
export class MetricsModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly metrics: GatewayMetrics,
    private readonly sampler: LogSampler,
    private readonly database: Database,
    private readonly closing: PartsClosing,
  ) {}

  onModuleInit(): void {
    this.metrics.watch({ pool: this.database.pool, log: this.sampler.sample });
    this.sampler.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(() => this.sampler.close());
  }
}

/** Serves them. */
@Module({ controllers: [MetricsController] })
export class MetricsApiModule {}
