import type { Transport } from '@chargelog/domain';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { registerGauges, type Watched } from './gauges.js';

/** Stands for a source that is not configured: names that strangers invent must not become labels. */
const NO_SOURCE = '_unknown';

const DELIVERY_OUTCOMES = ['stored', 'duplicate', 'quarantined', 'rejected'] as const;
type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** Why a webhook got no 202. `unavailable` is not the sender's fault, and it is asked to send again. */
const NO_ACKNOWLEDGEMENT = [
  'bad-signature',
  'unknown-source',
  'wrong-path',
  'too-large',
  'rate-limited',
  'unavailable',
  'other',
] as const;
export type NoAcknowledgement = (typeof NO_ACKNOWLEDGEMENT)[number];

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

type CounterOfLabels = Pick<Counter.Internal, 'inc'>;
type HistogramOfLabels = Pick<Histogram.Internal<string>, 'observe'>;

/** The metrics of one source. Their labels are bound once, because each is counted for every delivery. */
interface SourceMetrics {
  readonly outcomes: Readonly<Record<DeliveryOutcome, CounterOfLabels>>;
  readonly rejections: Readonly<Record<NoAcknowledgement, CounterOfLabels>>;
  readonly acknowledge: HistogramOfLabels;
  readonly tombstones: CounterOfLabels;
  /** `performance.now()` of the last delivery that was acknowledged; at first, of the start. */
  lastAt: number;
}

/** Every metric of the process. What each means and when to worry: docs/metrics.md. */
export class GatewayMetrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly registry = new Registry();
  private readonly watched: Watched;
  private readonly sources = new Map<string, SourceMetrics>();
  private readonly noSource: SourceMetrics;
  private readonly flushSeconds: Record<Transport, HistogramOfLabels>;
  private readonly flushRows: Record<Transport, HistogramOfLabels>;

  constructor({ version, sources }: MetricsOptions) {
    const { registry } = this;
    const registers = [registry];
    const deliveries = new Counter({
      name: 'chargelog_deliveries_total',
      help: 'Deliveries by source and what became of them.',
      labelNames: ['source', 'outcome'],
      registers,
    });
    const rejections = new Counter({
      name: 'chargelog_rejections_total',
      help: 'Webhook deliveries that were not acknowledged, by reason.',
      labelNames: ['source', 'reason'],
      registers,
    });
    const acknowledge = new Histogram({
      name: 'chargelog_acknowledge_seconds',
      help: 'Time from the head of a webhook request to its 202, commit included.',
      labelNames: ['source'],
      buckets: LATENCY_SECONDS,
      registers,
    });
    const tombstones = new Counter({
      name: 'chargelog_kafka_tombstones_total',
      help: 'Records without a value, which are passed over.',
      labelNames: ['source'],
      registers,
    });
    const byTransport = (name: string, help: string, buckets: number[]) => {
      const histogram = new Histogram({ name, help, labelNames: ['transport'], buckets, registers });
      const bind = (transport: Transport): HistogramOfLabels => {
        histogram.zero({ transport });
        return histogram.labels(transport);
      };
      return { webhook: bind('webhook'), kafka: bind('kafka') };
    };
    this.flushSeconds = byTransport(
      'chargelog_flush_seconds',
      'Time of one batch from hand-over to its commit, tries included.',
      LATENCY_SECONDS,
    );
    this.flushRows = byTransport('chargelog_flush_rows', 'Deliveries of one batch.', BATCH_ROWS);

    // Every series is there from the start, at 0: a rate over a series that appears with its first count misses it.
    const counter = (of: Counter, ...labels: string[]): CounterOfLabels => {
      const bound = of.labels(...labels);
      bound.inc(0);
      return bound;
    };
    const bind = (source: string): SourceMetrics => {
      acknowledge.zero({ source });
      return {
        outcomes: record(DELIVERY_OUTCOMES, (outcome) => counter(deliveries, source, outcome)),
        rejections: record(NO_ACKNOWLEDGEMENT, (reason) => counter(rejections, source, reason)),
        acknowledge: acknowledge.labels(source),
        tombstones: counter(tombstones, source),
        lastAt: performance.now(),
      };
    };
    for (const { name } of sources) this.sources.set(name, bind(name));
    this.noSource = bind(NO_SOURCE);
    this.watched = registerGauges(registry, version, this.sources);
    collectDefaultMetrics({ register: registry });
  }

  /** One delivery has its outcome. */
  readonly delivered = (source: string, outcome: DeliveryOutcome): void => {
    // Rejections are counted by `rejected`, which sees those that never reach the intake too.
    if (outcome === 'rejected') return;
    const metrics = this.sources.get(source) ?? this.noSource;
    metrics.outcomes[outcome].inc();
    metrics.lastAt = performance.now();
  };

  /** A 202 has been sent. */
  acknowledged(source: string, ms: number): void {
    (this.sources.get(source) ?? this.noSource).acknowledge.observe(ms / 1_000);
  }

  rejected(source: string, reason: NoAcknowledgement): void {
    const metrics = this.sources.get(source) ?? this.noSource;
    metrics.outcomes.rejected.inc();
    metrics.rejections[reason].inc();
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
      readonly tombstoneCount: number;
      readonly storedCount: number;
      readonly duplicateCount: number;
      readonly quarantinedCount: number;
      readonly appendMs: number;
    },
  ): void {
    const metrics = this.sources.get(source) ?? this.noSource;
    metrics.outcomes.stored.inc(stats.storedCount);
    metrics.outcomes.duplicate.inc(stats.duplicateCount);
    metrics.outcomes.quarantined.inc(stats.quarantinedCount);
    metrics.tombstones.inc(stats.tombstoneCount);
    metrics.lastAt = performance.now();
    this.flushed('kafka', stats.recordCount - stats.tombstoneCount, stats.appendMs);
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

function record<K extends string, V>(keys: readonly K[], make: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>;
}
