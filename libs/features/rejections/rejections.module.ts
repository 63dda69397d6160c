import { Database } from '@chargelog/event-log';
import { PartsClosing } from '@chargelog/features/process';
import { DECISION_LOG, DecisionLogModule } from '@chargelog/features/quarantine';
import { KEYRING, KeyRotation, SealingModule, type Keyring } from '@chargelog/features/sealing';
import type { EventLog } from '@chargelog/pipeline';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { WebhookSources } from '@chargelog/webhook';
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { DoctorController } from './doctor/doctor.controller.js';
import { RejectionStore } from './rejection.store.js';
import { RejectionService } from './rejection.service.js';
import { RejectionRecorder } from './rejection-recorder.js';
import { RejectionsController } from './rejections.controller.js';
import { sealedRejections } from './sealed-request.js';

@Module({
  providers: [
    {
      provide: RejectionStore,
      inject: [Database],
      useFactory: ({ dataSource }: Database) => new RejectionStore(dataSource),
    },
  ],
  exports: [RejectionStore],
})
export class RejectionStoreModule {}

/** Keeps what the webhook intake rejects. */
@Module({
  imports: [RejectionStoreModule],
  providers: [
    {
      provide: RejectionRecorder,
      inject: [RejectionStore, KEYRING, LOGGER],
      useFactory: (store: RejectionStore, sealer: Keyring | undefined, log: Log) =>
        new RejectionRecorder({ store, sealer, log }),
    },
  ],
  exports: [RejectionRecorder],
})
export class RejectionRecordingModule implements OnApplicationShutdown {
  constructor(
    private readonly recorder: RejectionRecorder,
    private readonly closing: PartsClosing,
  ) {}

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(() => this.recorder.close());
  }
}

/** Rejected deliveries for people: listed, explained by the doctor and, after a correction, admitted. */
@Module({
  imports: [RejectionStoreModule, DecisionLogModule, SealingModule],
  controllers: [RejectionsController, DoctorController],
  providers: [
    {
      provide: RejectionService,
      inject: [RejectionStore, KEYRING, WebhookSources, DECISION_LOG],
      useFactory: (
        store: RejectionStore,
        sealer: Keyring | undefined,
        sources: WebhookSources,
        eventLog: EventLog,
      ) => new RejectionService({ store, sealer, sources, eventLog }),
    },
  ],
})
export class RejectionsModule {
  constructor(rotation: KeyRotation, store: RejectionStore) {
    rotation.cover(sealedRejections(store));
  }
}
