import { Database } from '@chargelog/event-log';
import { SourceRegistry } from '@chargelog/features/sources';
import type { EventLog } from '@chargelog/pipeline';
import { Module } from '@nestjs/common';
import { DECISION_LOG, DecisionLogModule } from './decision-log.module.js';
import { QuarantineStore } from './quarantine.store.js';
import { QuarantineService } from './quarantine.service.js';
import { QuarantineController } from './quarantine.controller.js';

/** Deliveries that could not become events, and what people decide about them. */
@Module({
  imports: [DecisionLogModule],
  controllers: [QuarantineController],
  providers: [
    {
      provide: QuarantineService,
      inject: [Database, DECISION_LOG, SourceRegistry],
      useFactory: ({ dataSource }: Database, eventLog: EventLog, sources: SourceRegistry) =>
        new QuarantineService(new QuarantineStore(dataSource), eventLog, (name) => sources.formatsOf(name)),
    },
  ],
})
export class QuarantineModule {}
