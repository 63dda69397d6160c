import type { Rereadable } from '@chargelog/config';
import { KafkaPositionsModule, PgKafkaPositions } from '@chargelog/features/gaps';
import { PartsClosing } from '@chargelog/features/process';
import { SourceRegistry, type KafkaSource } from '@chargelog/features/sources';
import { createKafkaSource, GroupClaims, type KafkaConsumerConfig } from '@chargelog/kafka';
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
            config: revealed(configured.config, log),
            eventLog,
            positions,
            prepare: (delivery) => prepare(delivery, configured.config.format),
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

/**
 * The configuration with its secrets in clear, as the client needs them. The client asks for them at every new connection;
 * what stands in a file is then read again.
 */
function revealed({ name, sasl, tls, ...config }: KafkaSource['config'], log: Log): KafkaConsumerConfig {
  const problems = new Map<string, string | undefined>();
  const now = <T>(setting: string, of: Rereadable<T> | undefined): T | undefined => {
    if (of === undefined) return undefined;
    const { value, problem } = of.read();
    // Said once, not at every try to connect; what was read before may still be right.
    if (problem !== undefined && problem !== problems.get(setting)) {
      const message = `${setting} cannot be read again, and what was read before is used: ${problem}`;
      log('warn', message, { source: name });
    }
    problems.set(setting, problem);
    return value;
  };
  return {
    ...config,
    ...(sasl && {
      sasl: {
        mechanism: sasl.mechanism,
        username: sasl.username,
        get password() {
          return now('sasl.password', sasl.password)?.reveal() ?? '';
        },
      },
    }),
    ...(tls && {
      tls: {
        ...(tls.serverName !== undefined && { serverName: tls.serverName }),
        get ca() {
          return now('tls.ca', tls.ca);
        },
        get cert() {
          return now('tls.cert', tls.cert);
        },
        get key() {
          return now('tls.key', tls.key)?.reveal();
        },
        get passphrase() {
          return now('tls.passphrase', tls.passphrase)?.reveal();
        },
      },
    }),
  };
}
