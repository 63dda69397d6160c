import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import type { KafkaSourceConfig } from '@chargelog/config';
import type { Source } from '@chargelog/domain';
import { PgEventLog, type Dictionaries } from '@chargelog/event-log';
import type { DriftRecorder } from '@chargelog/features/drift';
import { PgKafkaPositions } from '@chargelog/features/gaps';
import { createKafkaSource } from '@chargelog/kafka';
import { prepare, type NotificationSource } from '@chargelog/pipeline';
import { QuarantineNotice, type GatewayMetrics, type Log } from '@chargelog/telemetry';
import type { Storage } from '../storage.js';

/** A Kafka batch can wait: the source itself tries again for as long as it takes, this only spares it the noise. */
const RETRY_FOR_MS = 2_000;

export interface KafkaRole {
  readonly sources: readonly NotificationSource[];
  close(): Promise<void>;
}

/** One consumer and one writer connection per Kafka source, so that a slow topic holds up nobody else. */
export function startKafkaRole(
  storage: Storage,
  dictionaries: Dictionaries,
  configured: readonly { readonly source: Source; readonly config: KafkaSourceConfig }[],
  drift: DriftRecorder,
  log: Log,
  metrics: GatewayMetrics,
): KafkaRole {
  const quarantine = new QuarantineNotice(log);
  const running = configured.map(({ source, config }) => {
    const eventLog = new PgEventLog({
      connection: storage.connection,
      dictionaries,
      catalogueVersion: CATALOGUE_VERSION,
      retryForMs: RETRY_FOR_MS,
      log,
    });
    const consumer = createKafkaSource({
      source,
      config: {
        ...config,
        sasl: config.sasl && { ...config.sasl, password: config.sasl.password.reveal() },
        tls: config.tls && {
          ...config.tls,
          key: config.tls.key?.reveal(),
          passphrase: config.tls.passphrase?.reveal(),
        },
      },
      eventLog: drift.watch(eventLog),
      positions: new PgKafkaPositions(storage.database.dataSource, dictionaries),
      prepare,
      log,
      onBatch: (stats) => {
        metrics.batchStored(source.name, stats);
        if (stats.quarantinedCount > 0) quarantine.say(source.name);
      },
    });
    consumer.start();
    return { consumer, eventLog };
  });
  metrics.watch({ kafka: running.map(({ consumer }) => consumer) });
  return {
    sources: running.map(({ consumer }) => consumer),
    close: async () => {
      await Promise.all(
        running.map(async ({ consumer, eventLog }) => {
          await consumer.close();
          await eventLog.close();
        }),
      );
    },
  };
}
