import { KafkaPositionsModule, PgKafkaPositions } from '@chargelog/features/gaps';
import { PartsClosing } from '@chargelog/features/process';
import { SourceRegistry, type KafkaSource } from '@chargelog/features/sources';
import { createKafkaSource, GroupClaims } from '@chargelog/kafka';
import {
  EventWriters,
  NOTIFICATION_SOURCES,
  prepare,
  type EventLog,
  type NotificationSource,
} from '@chargelog/pipeline';
import { GatewayMetrics, LOGGER, quarantineWarning, type Log } from '@chargelog/telemetry';
import { Global, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

/** A Kafka batch can wait: the source itself tries again for as long as it takes, this only spares it the noise. */
const RETRY_FOR_MS = 2_000;

/**
 * How long a batch may wait for a lock. All partitions of a source share one writer: one whose position somebody has locked
 * must not keep the others waiting for as long as a statement may take.
 */
const LOCK_TIMEOUT_MS = 1_000;

const CONSUMERS = Symbol('Consumer[]');

/** One consumer and one writer connection per Kafka source, so that a slow topic holds up nobody else. */
interface Consumer {
  readonly source: NotificationSource;
  readonly eventLog: EventLog;
}

/** The role kafka. */
@Global()
@Module({
  imports: [KafkaPositionsModule],
  providers: [
    {
      provide: CONSUMERS,
      inject: [SourceRegistry, EventWriters, PgKafkaPositions, GatewayMetrics, LOGGER],
      useFactory: (
        { kafka }: SourceRegistry,
        writers: EventWriters,
        positions: PgKafkaPositions,
        metrics: GatewayMetrics,
        log: Log,
      ): Consumer[] => {
        const warnOfQuarantine = quarantineWarning(log);
        const claims = new GroupClaims();
        return kafka.map((configured) => {
          const eventLog = writers.open({ retryForMs: RETRY_FOR_MS, lockTimeoutMs: LOCK_TIMEOUT_MS });
          const { name } = configured.source;
          const source = createKafkaSource({
            source: configured.source,
            config: revealed(configured.config),
            eventLog,
            positions,
            prepare,
            log,
            claims,
            onBatch: (stats) => {
              metrics.batchStored(name, stats);
              if (stats.quarantinedCount > 0) warnOfQuarantine(name);
            },
          });
          return { source, eventLog };
        });
      },
    },
    {
      provide: NOTIFICATION_SOURCES,
      inject: [CONSUMERS],
      useFactory: (consumers: readonly Consumer[]) => consumers.map(({ source }) => source),
    },
  ],
  exports: [NOTIFICATION_SOURCES],
})
export class KafkaIntakeModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(CONSUMERS) private readonly consumers: readonly Consumer[],
    private readonly metrics: GatewayMetrics,
    private readonly closing: PartsClosing,
  ) {}

  onModuleInit(): void {
    for (const { source } of this.consumers) source.start();
    this.metrics.watch({ kafka: this.consumers.map(({ source }) => source) });
  }

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(async () => {
      await Promise.all(
        this.consumers.map(async ({ source, eventLog }) => {
          await source.close();
          await eventLog.close();
        }),
      );
    });
  }
}

/** The configuration with its secrets in clear, as the client needs them. */
function revealed({ sasl, tls, ...config }: KafkaSource['config']) {
  return {
    ...config,
    sasl: sasl && { ...sasl, password: sasl.password.reveal() },
    tls: tls && { ...tls, key: tls.key?.reveal(), passphrase: tls.passphrase?.reveal() },
  };
}
