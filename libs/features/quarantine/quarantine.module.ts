import { Database } from '@chargelog/event-log';
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
      inject: [Database, DECISION_LOG],
      useFactory: ({ dataSource }: Database, eventLog: EventLog) =>
        new QuarantineService(new QuarantineStore(dataSource), eventLog),
    },
  ],
})
export class QuarantineModule {}
