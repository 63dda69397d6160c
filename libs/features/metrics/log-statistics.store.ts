import type { FeedHead, LogInventory, LogStatistics } from '@chargelog/telemetry';
import type pg from 'pg';

// A replica knows no writers' locks, so `feed_horizon` refuses to answer there. The sequence is read first: read second,
// it could lie ahead of a horizon that is not held back at all.
const FEED_HEAD = `
  select last_value as last_position, case when pg_is_in_recovery() then null else feed_horizon() end as horizon
    from event_seq`;

const QUARANTINED = `
  select s.name as source, count(*)::int as count
    from quarantine q join source s on s.id = q.source_id
   where q.state = 'held'
   group by s.name`;

const JOBS_AND_PARTITIONS = `
  select (select count(*) from replay where state = 'pending')::int as pending,
         (select count(*) from replay where state = 'running')::int as running,
         (partition_bound('event_near', 1) at time zone 'UTC')::date - (now() at time zone 'UTC')::date - 1 as days_ahead`;

export class LogStatisticsStore implements LogStatistics {
  constructor(private readonly pool: pg.Pool) {}

  async feedHead(): Promise<FeedHead> {
    const { rows } = await this.pool.query<{ last_position: string; horizon: string | null }>({
      name: 'feed_head',
      text: FEED_HEAD,
    });
    const row = rows[0];
    if (row === undefined) throw new Error('event_seq has no row; the database was not migrated by us');
    return {
      lastPosition: BigInt(row.last_position),
      horizon: row.horizon === null ? undefined : BigInt(row.horizon),
    };
  }

  async inventory(): Promise<LogInventory> {
    const [quarantined, rest] = await Promise.all([
      this.pool.query<{ source: string; count: number }>(QUARANTINED),
      this.pool.query<{ pending: number; running: number; days_ahead: number }>(JOBS_AND_PARTITIONS),
    ]);
    const row = rest.rows[0];
    return {
      quarantined: new Map(quarantined.rows.map(({ source, count }) => [source, count])),
      replaysPending: row?.pending ?? 0,
      replaysRunning: row?.running ?? 0,
      partitionDaysAhead: row?.days_ahead ?? 0,
    };
  }
}
