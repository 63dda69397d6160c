import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import { PgEventLog, type Dictionaries } from '@chargelog/event-log';
import type { DriftRecorder } from '@chargelog/features/drift';
import { KafkaGapStore } from '@chargelog/features/gaps';
import { QuarantineDesk, QuarantineStore } from '@chargelog/features/quarantine';
import { RejectionDesk, RejectionStore, type SignatureBook } from '@chargelog/features/rejections';
import type { Log } from '@chargelog/telemetry';
import type { AccessParts } from './access-parts.js';
import type { Storage } from './storage.js';

/** A person waits for the answer; within this time a passing fault of the database is ridden out. */
const DECISION_RETRY_FOR_MS = 2_000;

/** What people decide about deliveries that did not become events, and about records that never became deliveries. */
export interface Desks {
  readonly quarantine: QuarantineDesk;
  readonly rejections: RejectionDesk;
  readonly gaps: KafkaGapStore;
  close(): Promise<void>;
}

/** Their writer connects when the first decision falls. */
export function openDesks(
  storage: Storage,
  dictionaries: Dictionaries,
  signatures: SignatureBook,
  { keyring }: Pick<AccessParts, 'keyring'>,
  drift: DriftRecorder,
  log: Log,
): Desks {
  const { dataSource } = storage.database;
  const eventLog = new PgEventLog({
    connection: storage.connection,
    dictionaries,
    catalogueVersion: CATALOGUE_VERSION,
    retryForMs: DECISION_RETRY_FOR_MS,
    log,
  });
  const watched = drift.watch(eventLog);
  return {
    quarantine: new QuarantineDesk(new QuarantineStore(dataSource), watched),
    rejections: new RejectionDesk({
      store: new RejectionStore(dataSource),
      sealer: keyring,
      signatures,
      eventLog: watched,
    }),
    gaps: new KafkaGapStore(dataSource),
    close: () => eventLog.close(),
  };
}
