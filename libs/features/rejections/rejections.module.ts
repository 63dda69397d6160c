import { Database } from '@chargelog/event-log';
import { PartsClosing } from '@chargelog/features/process';
import { DECISION_LOG, DecisionLogModule } from '@chargelog/features/quarantine';
import { KEYRING, KeyRotation, SealingModule, type Keyring } from '@chargelog/features/sealing';
import type { EventLog } from '@chargelog/pipeline';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { WebhookSources } from '@chargelog/webhook';
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { DoctorController } from './doctor/doctor.controller.js';
import { PgRejectionStore } from './pg-rejection-store.js';
import { RejectionDesk } from './rejection-desk.js';
import { RejectionKeeper } from './rejection-keeper.js';
import { RejectionsController } from './rejections.controller.js';
import { sealedRejections } from './sealed-request.js';

@Module({
  providers: [
    {
      provide: PgRejectionStore,
      inject: [Database],
      useFactory: ({ pool }: Database) => new PgRejectionStore(pool),
    },
  ],
  exports: [PgRejectionStore],
})
export class RejectionStoreModule {}

/** Keeps what the webhook intake rejects. */
@Module({
  imports: [RejectionStoreModule],
  providers: [
    {
      provide: RejectionKeeper,
      inject: [PgRejectionStore, KEYRING, LOGGER],
      useFactory: (store: PgRejectionStore, sealer: Keyring | undefined, log: Log) =>
        new RejectionKeeper({ store, sealer, log }),
    },
  ],
  exports: [RejectionKeeper],
})
export class RejectionKeepingModule implements OnApplicationShutdown {
  constructor(
    private readonly keeper: RejectionKeeper,
    private readonly closing: PartsClosing,
  ) {}

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(() => this.keeper.close());
  }
}

/** Rejected deliveries for people: listed, explained by the doctor and, after a correction, admitted. */
@Module({
  imports: [RejectionStoreModule, DecisionLogModule, SealingModule],
  controllers: [RejectionsController, DoctorController],
  providers: [
    {
      provide: RejectionDesk,
      inject: [PgRejectionStore, KEYRING, WebhookSources, DECISION_LOG],
      useFactory: (
        store: PgRejectionStore,
        sealer: Keyring | undefined,
        sources: WebhookSources,
        eventLog: EventLog,
      ) => new RejectionDesk({ store, sealer, sources, eventLog }),
    },
  ],
})
export class RejectionsModule {
  constructor(rotation: KeyRotation, store: PgRejectionStore) {
    rotation.cover(sealedRejections(store));
  }
}
