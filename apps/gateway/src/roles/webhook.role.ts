import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import { PgEventLog, type Dictionaries } from '@chargelog/event-log';
import type { DriftRecorder } from '@chargelog/features/drift';
import { RejectionKeeper, RejectionStore } from '@chargelog/features/rejections';
import { Batcher } from '@chargelog/pipeline';
import { QuarantineNotice, type GatewayMetrics, type Log } from '@chargelog/telemetry';
import { WebhookIntake, type WebhookSource } from '@chargelog/webhook';
import type { AccessParts } from '../access-parts.js';
import type { Storage } from '../storage.js';

/** A sender that waits longer gives up or tries again; within this time a passing fault of the database is ridden out. */
const RETRY_FOR_MS = 1_000;

export interface WebhookRole {
  readonly intake: WebhookIntake;
  /** Stores what was taken in, then closes the writer. */
  close(): Promise<void>;
}

export function startWebhookRole(
  storage: Storage,
  dictionaries: Dictionaries,
  sources: readonly WebhookSource[],
  { keyring, secrets }: Pick<AccessParts, 'keyring' | 'secrets'>,
  drift: DriftRecorder,
  log: Log,
  metrics: GatewayMetrics,
): WebhookRole {
  const eventLog = new PgEventLog({
    connection: storage.connection,
    dictionaries,
    catalogueVersion: CATALOGUE_VERSION,
    retryForMs: RETRY_FOR_MS,
    log,
  });
  const batcher = new Batcher(drift.watch(eventLog), undefined, ({ rows, ms }) =>
    metrics.flushed('webhook', rows, ms),
  );
  metrics.watch({ queue: () => batcher.queueDepth() });
  const quarantine = new QuarantineNotice(log);
  const intake = new WebhookIntake(sources, batcher, (source, outcome) => {
    metrics.delivered(source, outcome);
    if (outcome === 'quarantined') quarantine.say(source);
  });
  const keeper = new RejectionKeeper({
    store: new RejectionStore(storage.database.dataSource),
    sealer: keyring,
    log,
  });
  intake.onRejected((rejected) => keeper.offer(rejected));
  intake.onSigned((source, secret, at) => secrets.noteSigned(source, secret, at));
  return {
    intake,
    close: async () => {
      await batcher.drain();
      await keeper.close();
      await eventLog.close();
    },
  };
}
