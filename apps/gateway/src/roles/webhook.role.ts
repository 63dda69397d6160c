import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import type { WebhookSourceConfig } from '@chargelog/config';
import type { Source } from '@chargelog/domain';
import { Batcher } from '@chargelog/pipeline';
import {
  signingSecret,
  WebhookIntake,
  type SigningSecret,
  type WebhookSource,
} from '@chargelog/source-webhook';
import { PgEventLog, type Dictionaries } from '@chargelog/store-postgres';
import type { GatewayMetrics, Log } from '@chargelog/telemetry';
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
  const batcher = new Batcher(eventLog, undefined, ({ rows, ms }) => metrics.flushed('webhook', rows, ms));
  metrics.watch({ queue: () => batcher.queueDepth() });
  return {
    intake: new WebhookIntake(sources, batcher, metrics.delivered),
    close: async () => {
      await batcher.drain();
      await eventLog.close();
    },
  };
}

export function webhookSource(source: Source, config: WebhookSourceConfig): WebhookSource {
  const secrets: SigningSecret[] = config.secrets.map(({ name, value }) =>
    signingSecret(name, value.reveal()),
  );
  return { source, rules: { secrets, ...config.signature }, rateLimit: config.rateLimit };
}
