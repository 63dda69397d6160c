import { PartsClosing } from '@chargelog/features/process';
import { EventWriters, type EventLog } from '@chargelog/pipeline';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';

/** Token of the {@link EventLog} through which people's decisions about deliveries are written. */
export const DECISION_LOG = Symbol('EventLog of decisions');

/** A person waits for the answer; within this time a passing fault of the database is ridden out. */
const RETRY_FOR_MS = 2_000;

/** One writer for the features in which people decide about deliveries. It connects when the first decision falls. */
@Module({
  providers: [
    {
      provide: DECISION_LOG,
      inject: [EventWriters],
      useFactory: (writers: EventWriters) => writers.open({ retryForMs: RETRY_FOR_MS }),
    },
  ],
  exports: [DECISION_LOG],
})
export class DecisionLogModule implements OnApplicationShutdown {
  constructor(
    @Inject(DECISION_LOG) private readonly eventLog: EventLog,
    private readonly closing: PartsClosing,
  ) {}

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(() => this.eventLog.close());
  }
}
