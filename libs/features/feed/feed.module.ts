import { Database, FeedMarker, HungWriterWatch } from '@chargelog/event-log';
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
    { provide: FeedMarker, inject: [Database], useFactory: ({ pool }: Database) => new FeedMarker(pool) },
  ],
})
export class FeedModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly watch: HungWriterWatch,
    private readonly marker: FeedMarker,
    private readonly closing: PartsClosing,
  ) {}

  onModuleInit(): void {
    this.watch.start();
    this.marker.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(async () => {
      await Promise.all([this.watch.close(), this.marker.close()]);
    });
  }
}
