import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Transport } from '@chargelog/domain';
import { CellCounter, CellHistogram, type Cell, type HistogramCell } from './metrics/cells.js';
import { registerGauges, type Watched } from './metrics/gauges.js';

/** Stands for a source that is not configured: names that strangers invent must not become labels. */
const NO_SOURCE = '_unknown';

const DELIVERY_OUTCOMES = ['stored', 'duplicate', 'quarantined', 'rejected'] as const;
type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** Why a webhook got no 202. `unavailable` is not the sender's fault, and it is asked to send again. */
const REJECTION_REASONS = [
  'bad-signature',
  'unknown-source',
  'too-large',
  'rate-limited',
  'unavailable',
  'other',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH_ROWS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

export interface MetricsOptions {
  readonly version: string;
  readonly sources: readonly { readonly name: string; readonly kind: Transport }[];
}

export interface MetricDescription {
  readonly name: string;
  readonly help: string;
  /** `counter`, `gauge` or `histogram`. */
  readonly type: string;
  readonly labels: readonly string[];
}

interface SourceCells {
  readonly outcomes: Readonly<Record<DeliveryOutcome, Cell>>;
  readonly rejections: Readonly<Record<RejectionReason, Cell>>;
  readonly acknowledge: HistogramCell;
  /** `performance.now()` of the last delivery that was acknowledged; at first, of the start. */
  lastAt: number;
}

/** Every metric of the process. What each means and when to worry: docs/metrics.md. */
export class GatewayMetrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly registry = new Registry();
  private readonly watched: Watched;
  private readonly cells = new Map<string, SourceCells>();
  private readonly noSource: SourceCells;
  private readonly flushSeconds: Record<Transport, HistogramCell>;
  private readonly flushRows: Record<Transport, HistogramCell>;

  constructor({ version, sources }: MetricsOptions) {
    const { registry } = this;
    const deliveries = new CellCounter(
      {
        name: 'chargelog_deliveries_total',
        help: 'Deliveries by source and what became of them.',
        labelNames: ['source', 'outcome'],
      },
      registry,
    );
    const rejections = new CellCounter(
      {
        name: 'chargelog_rejections_total',
        help: 'Webhook deliveries that were not acknowledged, by reason.',
        labelNames: ['source', 'reason'],
      },
      registry,
    );
    const acknowledge = new CellHistogram(
      {
        name: 'chargelog_acknowledge_seconds',
        help: 'Time from the head of a webhook request to its 202, commit included.',
        labelNames: ['source'],
        buckets: LATENCY_SECONDS,
      },
      registry,
    );
    const byTransport = (name: string, help: string, buckets: readonly number[]) => {
      const histogram = new CellHistogram({ name, help, labelNames: ['transport'], buckets }, registry);
      return {
        webhook: histogram.bind({ transport: 'webhook' }),
        kafka: histogram.bind({ transport: 'kafka' }),
      };
    };
    this.flushSeconds = byTransport(
      'chargelog_flush_seconds',
      'Time of one batch from hand-over to its commit, tries included.',
      LATENCY_SECONDS,
    );
    this.flushRows = byTransport('chargelog_flush_rows', 'Deliveries of one batch.', BATCH_ROWS);

    const bind = (source: string): SourceCells => ({
      outcomes: record(DELIVERY_OUTCOMES, (outcome) => deliveries.bind({ source, outcome })),
      rejections: record(REJECTION_REASONS, (reason) => rejections.bind({ source, reason })),
      acknowledge: acknowledge.bind({ source }),
      lastAt: performance.now(),
    });
    for (const { name } of sources) this.cells.set(name, bind(name));
    this.noSource = bind(NO_SOURCE);
    this.watched = registerGauges(registry, version, this.cells);
    collectDefaultMetrics({ register: registry });
  }

  /** One delivery has its outcome. Once per webhook, so it must cost nothing (test/perf counts it). */
  readonly delivered = (source: string, outcome: DeliveryOutcome): void => {
    // Rejections are counted by `rejected`, which sees those that never reach the intake too.
    if (outcome === 'rejected') return;
    const cells = this.cells.get(source) ?? this.noSource;
    cells.outcomes[outcome].value += 1;
    cells.lastAt = performance.now();
  };

  /** A 202 has been sent. */
  acknowledged(source: string, ms: number): void {
    (this.cells.get(source) ?? this.noSource).acknowledge.observe(ms / 1_000);
  }

  rejected(source: string, reason: RejectionReason): void {
    const cells = this.cells.get(source) ?? this.noSource;
    cells.outcomes.rejected.value += 1;
    cells.rejections[reason].value += 1;
  }

  flushed(transport: Transport, rows: number, ms: number): void {
    this.flushRows[transport].observe(rows);
    this.flushSeconds[transport].observe(ms / 1_000);
  }

  /** The Kafka side of `delivered`: a whole slice at once. */
  batchStored(
    source: string,
    stats: {
      readonly recordCount: number;
      readonly storedCount: number;
      readonly duplicateCount: number;
      readonly quarantinedCount: number;
      readonly appendMs: number;
    },
  ): void {
    const cells = this.cells.get(source) ?? this.noSource;
    cells.outcomes.stored.value += stats.storedCount;
    cells.outcomes.duplicate.value += stats.duplicateCount;
    cells.outcomes.quarantined.value += stats.quarantinedCount;
    cells.lastAt = performance.now();
    this.flushed('kafka', stats.recordCount, stats.appendMs);
  }

  /** Parts whose state is looked at when somebody reads the metrics. */
  watch(parts: Partial<Watched>): void {
    Object.assign(this.watched, parts);
  }

  /** Every metric there is, for the documentation and for what checks it. */
  describe(): readonly MetricDescription[] {
    return this.registry.getMetricsAsArray().map((metric) => {
      // prom-client keeps the last two on the metric without declaring them.
      const { type, labelNames } = metric as unknown as { type: string; labelNames: readonly string[] };
      return { name: metric.name, help: metric.help, type, labels: [...labelNames] };
    });
  }

  /** Prometheus text format. Never waits for the database. */
  render(): Promise<string> {
    return this.registry.metrics();
  }
}

export type { Watched } from './metrics/gauges.js';
export { LogSampler } from './metrics/log-sampler.js';

function record<K extends string, V>(keys: readonly K[], make: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>;
}
