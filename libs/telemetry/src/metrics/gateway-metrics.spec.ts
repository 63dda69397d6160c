import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedHead, LogInventory, LogStatistics } from './log-statistics.js';
import type { SourceHealth } from '@chargelog/pipeline';
import { GatewayMetrics } from './gateway-metrics.js';
import { LogSampler } from './log-sampler.js';

const SOURCES = [
  { name: 'w', kind: 'webhook' },
  { name: 'k', kind: 'kafka' },
] as const;

/** Value of one line of the text format, undefined where there is none. */
async function read(metrics: GatewayMetrics, line: string): Promise<number | undefined> {
  const found = (await metrics.render()).split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

describe('the metrics of deliveries', () => {
  let metrics: GatewayMetrics;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    metrics = new GatewayMetrics({ version: '1.2.3', sources: SOURCES });
  });
  afterEach(() => void vi.useRealTimers());

  it('count what became of each, and a rejection with its reason', async () => {
    metrics.delivered('w', 'stored');
    metrics.delivered('w', 'duplicate');
    metrics.delivered('w', 'rejected');
    metrics.rejected('w', 'bad-signature');
    expect(await read(metrics, 'chargelog_deliveries_total{source="w",outcome="stored"}')).toBe(1);
    expect(await read(metrics, 'chargelog_deliveries_total{source="w",outcome="duplicate"}')).toBe(1);
    expect(await read(metrics, 'chargelog_deliveries_total{source="w",outcome="rejected"}')).toBe(1);
    expect(await read(metrics, 'chargelog_rejections_total{source="w",reason="bad-signature"}')).toBe(1);
  });

  it('count a batch from Kafka as its deliveries and as one flush', async () => {
    metrics.batchStored('k', {
      recordCount: 9,
      tombstoneCount: 2,
      storedCount: 4,
      duplicateCount: 2,
      quarantinedCount: 1,
      appendMs: 30,
    });
    expect(await read(metrics, 'chargelog_deliveries_total{source="k",outcome="stored"}')).toBe(4);
    expect(await read(metrics, 'chargelog_deliveries_total{source="k",outcome="quarantined"}')).toBe(1);
    expect(await read(metrics, 'chargelog_kafka_tombstones_total{source="k"}')).toBe(2);
    expect(await read(metrics, 'chargelog_flush_rows_sum{transport="kafka"}')).toBe(7);
    expect(await read(metrics, 'chargelog_flush_seconds_bucket{le="0.025",transport="kafka"}')).toBe(0);
    expect(await read(metrics, 'chargelog_flush_seconds_bucket{le="0.05",transport="kafka"}')).toBe(1);
    expect(await read(metrics, 'chargelog_flush_seconds_bucket{le="+Inf",transport="kafka"}')).toBe(1);
  });

  it('make no label of a name that a stranger has invented', async () => {
    metrics.rejected('../../etc', 'unknown-source');
    metrics.rejected('another', 'unknown-source');
    expect(await metrics.render()).not.toMatch(/etc|another/);
    expect(await read(metrics, 'chargelog_rejections_total{source="_unknown",reason="unknown-source"}')).toBe(
      2,
    );
  });

  it('tell how long a source has been silent, from the start on and whatever is rejected', async () => {
    const age = (source: string) => read(metrics, `chargelog_last_delivery_age_seconds{source="${source}"}`);
    vi.advanceTimersByTime(60_000);
    metrics.rejected('w', 'bad-signature');
    expect(await age('w')).toBe(60);
    metrics.delivered('w', 'duplicate');
    vi.advanceTimersByTime(5_000);
    expect([await age('w'), await age('k')]).toEqual([5, 65]);
  });

  it('measure acknowledgements in seconds', async () => {
    metrics.acknowledged('w', 4);
    metrics.acknowledged('w', 400);
    expect(await read(metrics, 'chargelog_acknowledge_seconds_bucket{le="0.005",source="w"}')).toBe(1);
    expect(await read(metrics, 'chargelog_acknowledge_seconds_bucket{le="0.5",source="w"}')).toBe(2);
    expect(await read(metrics, 'chargelog_acknowledge_seconds_sum{source="w"}')).toBeCloseTo(0.404);
  });
});

describe('the metrics of parts', () => {
  const health: SourceHealth = {
    source: 'k',
    state: 'running',
    detail: undefined,
    lastActivityAt: undefined,
    lag: 12n,
    problems: [],
    gaps: 3,
    unacknowledgedGaps: 1,
  };

  it('say nothing of parts that this process does not have', async () => {
    const text = await new GatewayMetrics({ version: '1', sources: SOURCES }).render();
    for (const name of ['kafka_running', 'store_up', 'partitions_ahead_days', 'quarantine_entries']) {
      expect(text.split('\n').filter((line) => line.startsWith(`chargelog_${name}`))).toEqual([]);
    }
  });

  it('are read at the time of asking', async () => {
    const metrics = new GatewayMetrics({ version: '1', sources: SOURCES });
    const pool = { totalCount: 10, idleCount: 4, waitingCount: 2 };
    let now = health;
    metrics.watch({ pool, queue: () => ({ rows: 8, bytes: 99 }), kafka: [{ health: () => now }] });
    expect(await read(metrics, 'chargelog_queue_rows')).toBe(8);
    expect(await read(metrics, 'chargelog_queue_bytes')).toBe(99);
    expect(await read(metrics, 'chargelog_pool_connections{state="waiting"}')).toBe(2);
    expect(await read(metrics, 'chargelog_kafka_running{source="k"}')).toBe(1);
    expect(await read(metrics, 'chargelog_kafka_lag_records{source="k"}')).toBe(12);
    expect(await read(metrics, 'chargelog_kafka_gap_ranges{source="k"}')).toBe(3);
    expect(await read(metrics, 'chargelog_kafka_unacknowledged_gap_ranges{source="k"}')).toBe(1);
    now = { ...health, state: 'restarting', lag: undefined };
    expect(await read(metrics, 'chargelog_kafka_running{source="k"}')).toBe(0);
    expect(await read(metrics, 'chargelog_kafka_lag_records{source="k"}')).toBeUndefined();
  });
});

describe('the look at the log', () => {
  const inventory: LogInventory = {
    quarantined: new Map([['gone', 2]]),
    replaysPending: 1,
    replaysRunning: 0,
    partitionDaysAhead: 9,
  };
  let head: () => Promise<FeedHead>;
  let check: () => Promise<boolean>;
  let sampler: LogSampler;
  let metrics: GatewayMetrics;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    const statistics: LogStatistics = { feedHead: () => head(), inventory: () => Promise.resolve(inventory) };
    check = () => Promise.resolve(true);
    sampler = new LogSampler(statistics, () => check());
    metrics = new GatewayMetrics({ version: '1', sources: SOURCES });
    metrics.watch({ log: sampler.sample });
  });
  afterEach(async () => {
    await sampler.close();
    vi.useRealTimers();
  });

  it('tells of the database, and of sources that are no longer configured', async () => {
    head = () => Promise.resolve({ lastPosition: 5n, horizon: 5n });
    sampler.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(await read(metrics, 'chargelog_store_up')).toBe(1);
    expect(await read(metrics, 'chargelog_quarantine_entries{source="gone"}')).toBe(2);
    expect(await read(metrics, 'chargelog_quarantine_entries{source="w"}')).toBe(0);
    expect(await read(metrics, 'chargelog_replays{state="pending"}')).toBe(1);
    expect(await read(metrics, 'chargelog_partitions_ahead_days')).toBe(9);
  });

  it('sees a database go away and come back, though a query of its own hangs', async () => {
    head = () => Promise.resolve({ lastPosition: 5n, horizon: 5n });
    sampler.start();
    await vi.advanceTimersByTimeAsync(0);
    let answer = (_head: FeedHead): void => undefined;
    head = () => new Promise((resolve) => (answer = resolve));
    check = () => Promise.reject(new Error('away'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await read(metrics, 'chargelog_store_up')).toBe(0);
    check = () => Promise.resolve(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await read(metrics, 'chargelog_store_up')).toBe(1);
    answer({ lastPosition: 5n, horizon: 5n });
  });

  it('waits at the end for a look under way', async () => {
    let answer = (_head: FeedHead): void => undefined;
    head = () => new Promise((resolve) => (answer = resolve));
    sampler.start();
    let isClosed = false;
    const closed = sampler.close().then(() => (isClosed = true));
    await vi.advanceTimersByTimeAsync(0);
    expect(isClosed).toBe(false);
    answer({ lastPosition: 5n, horizon: 5n });
    await closed;
  });

  it('lets the horizon age while it stands still behind the last position, and only then', async () => {
    const age = () => read(metrics, 'chargelog_feed_horizon_age_seconds');
    head = () => Promise.resolve({ lastPosition: 9n, horizon: 5n });
    sampler.start();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(await age()).toBe(4);
    head = () => Promise.resolve({ lastPosition: 12n, horizon: 8n });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await age()).toBe(0);
  });
});
