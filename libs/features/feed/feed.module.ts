import { Database, HungWriterWatch } from '@chargelog/event-log';
import { PartsClosing } from '@chargelog/features/process';
import { EVENT_READER, type EventReader } from '@chargelog/pipeline';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { FeedController } from './feed.controller.js';
import { FeedSignal } from './feed-signal.js';

/** What was received, in order of arrival. */
@Module({
  controllers: [FeedController],
  providers: [
    {
      provide: FeedSignal,
      inject: [EVENT_READER],
      useFactory: (reader: EventReader) => new FeedSignal(reader),
    },
    {
      provide: HungWriterWatch,
      inject: [Database, LOGGER],
      useFactory: ({ pool }: Database, log: Log) => new HungWriterWatch(pool, log),
    },
  ],
})
export class FeedModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly watch: HungWriterWatch,
    private readonly closing: PartsClosing,
  ) {}

  onModuleInit(): void {
    this.watch.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(() => this.watch.close());
  }
}
