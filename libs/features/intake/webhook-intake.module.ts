import { GATEWAY_CONFIG, type GatewayConfig } from '@chargelog/config';
import { PartsClosing } from '@chargelog/features/process';
import { RejectionRecorder, RejectionRecordingModule } from '@chargelog/features/rejections';
import { SourceSecrets } from '@chargelog/features/sources';
import { Batcher, EventWriters, type EventLog } from '@chargelog/pipeline';
import { GatewayMetrics, LOGGER, quarantineWarning, type Log } from '@chargelog/telemetry';
import {
  answerLookers,
  WebhookController,
  WebhookIntake,
  WebhookSources,
  type IntakeObserver,
} from '@chargelog/webhook';
import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { noticeMisdirected } from './notice-misdirected.js';
import { measureAcknowledgements } from './webhook-measures.js';

/** A sender that waits longer gives up or tries again; within this time a passing fault of the database is ridden out. */
const RETRY_FOR_MS = 1_000;

const WRITER = Symbol('EventLog of webhooks');

/** The role webhook: what AMPECO posts to. Answers only what is stored. */
@Module({
  imports: [RejectionRecordingModule],
  controllers: [WebhookController],
  providers: [
    {
      provide: WRITER,
      inject: [EventWriters],
      useFactory: (writers: EventWriters) => writers.open({ retryForMs: RETRY_FOR_MS }),
    },
    {
      provide: Batcher,
      inject: [WRITER, GatewayMetrics],
      useFactory: (eventLog: EventLog, metrics: GatewayMetrics) =>
        new Batcher(eventLog, undefined, ({ rows, ms }) => metrics.flushed('webhook', rows, ms)),
    },
    {
      provide: WebhookIntake,
      inject: [WebhookSources, Batcher, GatewayMetrics, SourceSecrets, RejectionRecorder, LOGGER],
      useFactory: (
        sources: WebhookSources,
        batcher: Batcher,
        metrics: GatewayMetrics,
        secrets: SourceSecrets,
        rejections: RejectionRecorder,
        log: Log,
      ) => new WebhookIntake(sources, batcher, observer(metrics, secrets, rejections, log)),
    },
  ],
})
export class WebhookIntakeModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(WRITER) private readonly eventLog: EventLog,
    private readonly batcher: Batcher,
    private readonly metrics: GatewayMetrics,
    private readonly adapterHost: HttpAdapterHost,
    private readonly closing: PartsClosing,
    private readonly sources: WebhookSources,
    private readonly rejections: RejectionRecorder,
    @Inject(LOGGER) private readonly log: Log,
    @Inject(GATEWAY_CONFIG) private readonly config: GatewayConfig,
  ) {}

  onModuleInit(): void {
    const { metrics, sources, rejections, log } = this;
    metrics.watch({ queue: () => this.batcher.queueDepth() });
    const server = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    measureAcknowledgements(server, metrics);
    answerLookers(server, sources);
    noticeMisdirected(server, { sources, metrics, rejections, log, basePath: this.config.basePath });
  }

  /** Stores what was taken in, then closes the writer. */
  onApplicationShutdown(): Promise<void> {
    return this.closing.close(async () => {
      await this.batcher.drain();
      await this.eventLog.close();
    });
  }
}

function observer(
  metrics: GatewayMetrics,
  secrets: SourceSecrets,
  rejections: RejectionRecorder,
  log: Log,
): IntakeObserver {
  const warnOfQuarantine = quarantineWarning(log);
  return {
    delivered: (source, outcome) => {
      metrics.delivered(source, outcome);
      if (outcome === 'quarantined') warnOfQuarantine(source);
    },
    signed: (source, secret, at) => secrets.noteSigned(source, secret, at),
    rejected: (request) => rejections.offer(request),
  };
}
