import { Gauge, type Registry } from 'prom-client';
import type { LogSample } from './log-sampler.js';
import { SOURCE_PROBLEM_KINDS, type SourceHealth } from '@chargelog/pipeline';

/** Parts of this process whose present state is a metric; each is absent where the process does not have it. */
export interface Watched {
  /** Deliveries that wait for a batch. */
  queue: (() => { readonly rows: number; readonly bytes: number }) | undefined;
  pool:
    { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number } | undefined;
  kafka: readonly { health(): SourceHealth }[];
  log: Readonly<LogSample> | undefined;
}

/** Gauges are read when the metrics are; @returns what they look at, to be filled in as parts come up. */
export function registerGauges(
  registry: Registry,
  version: string,
  sources: ReadonlyMap<string, { readonly lastAt: number }>,
): Watched {
  const watched: Watched = { queue: undefined, pool: undefined, kafka: [], log: undefined };
  const registers = [registry];
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: (set: (value: number, labels?: Record<string, string>) => void) => void,
  ): void => {
    void new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        // Reset sets a gauge without labels to 0; where there is nothing to look at, it must be absent.
        if (labelNames.length === 0) this.remove();
        read((value, labels = {}) => this.set(labels, value));
      },
    });
  };

  gauge('chargelog_build_info', 'Always 1; says what runs.', ['version', 'node'], (set) =>
    set(1, { version, node: process.version }),
  );
  gauge('chargelog_last_delivery_age_seconds', 'Since the last delivery of a source.', ['source'], (set) => {
    const now = performance.now();
    for (const [source, { lastAt }] of sources) set((now - lastAt) / 1_000, { source });
  });
  gauge('chargelog_queue_rows', 'Webhook deliveries that wait for a batch.', [], (set) =>
    set(watched.queue?.().rows ?? 0),
  );
  gauge('chargelog_queue_bytes', 'Bytes of the webhook deliveries that wait.', [], (set) =>
    set(watched.queue?.().bytes ?? 0),
  );
  gauge('chargelog_pool_connections', 'Pooled database connections.', ['state'], (set) => {
    const { pool } = watched;
    if (pool === undefined) return;
    set(pool.totalCount, { state: 'total' });
    set(pool.idleCount, { state: 'idle' });
    set(pool.waitingCount, { state: 'waiting' });
  });
  registerKafka(gauge, watched);
  registerLog(gauge, watched, sources);
  return watched;
}

type Register = (
  name: string,
  help: string,
  labelNames: readonly string[],
  read: (set: (value: number, labels?: Record<string, string>) => void) => void,
) => void;

function registerKafka(gauge: Register, watched: Watched): void {
  gauge(
    'chargelog_kafka_running',
    '1 while all that the source is configured to read is read.',
    ['source'],
    (set) => {
      for (const source of watched.kafka) {
        const { source: name, state } = source.health();
        set(state === 'running' ? 1 : 0, { source: name });
      }
    },
  );
  gauge('chargelog_kafka_lag_records', 'Records of the broker not stored yet.', ['source'], (set) => {
    for (const source of watched.kafka) {
      const { source: name, lag } = source.health();
      if (lag !== undefined) set(Number(lag), { source: name });
    }
  });
  gauge(
    'chargelog_kafka_problems',
    'Reasons why something of the topics is not read, or not for this event log alone.',
    ['source', 'kind'],
    (set) => {
      for (const source of watched.kafka) {
        const { source: name, problems } = source.health();
        for (const kind of SOURCE_PROBLEM_KINDS) {
          set(problems.filter((problem) => problem.kind === kind).length, { source: name, kind });
        }
      }
    },
  );
  gauge(
    'chargelog_kafka_gap_ranges',
    'Ranges of offsets ever passed without being read.',
    ['source'],
    (set) => {
      for (const source of watched.kafka) {
        const { source: name, gaps } = source.health();
        set(gaps, { source: name });
      }
    },
  );
  gauge(
    'chargelog_kafka_unacknowledged_gap_ranges',
    'Ranges of offsets passed without being read that nobody has acknowledged.',
    ['source'],
    (set) => {
      for (const source of watched.kafka) {
        const { source: name, unacknowledgedGaps } = source.health();
        set(unacknowledgedGaps, { source: name });
      }
    },
  );
}

function registerLog(gauge: Register, watched: Watched, sources: ReadonlyMap<string, unknown>): void {
  gauge('chargelog_store_up', '1 when an event could be stored at the last look.', [], (set) => {
    if (watched.log !== undefined) set(watched.log.storeUp ? 1 : 0);
  });
  gauge('chargelog_feed_horizon_age_seconds', 'How long a writer has held the feed back.', [], (set) => {
    if (watched.log !== undefined) set(watched.log.horizonAgeMs / 1_000);
  });
  gauge('chargelog_quarantine_entries', 'Held entries of quarantine.', ['source'], (set) => {
    const inventory = watched.log?.inventory;
    if (inventory === undefined) return;
    for (const source of sources.keys()) set(inventory.quarantined.get(source) ?? 0, { source });
    // A source that was taken out of the configuration leaves its entries behind; their number is bounded all the same.
    for (const [source, count] of inventory.quarantined) set(count, { source });
  });
  gauge('chargelog_replays', 'Replays that are not finished.', ['state'], (set) => {
    const inventory = watched.log?.inventory;
    if (inventory === undefined) return;
    set(inventory.replaysPending, { state: 'pending' });
    set(inventory.replaysRunning, { state: 'running' });
  });
  gauge('chargelog_partitions_ahead_days', 'Full days ahead that have a partition.', [], (set) => {
    if (watched.log?.inventory !== undefined) set(watched.log.inventory.partitionDaysAhead);
  });
}
