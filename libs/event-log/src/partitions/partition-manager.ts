import { pause } from '@chargelog/pipeline';
import type pg from 'pg';
import { onOneConnection } from '../database/transaction.js';

const DAYS_AHEAD = 14;
/** Days that must be ready before it is time to make more: rolling once a week disturbs least. */
const DAYS_ENOUGH = 7;
const NEAR_DAYS = 400;
const LOCK_TIMEOUT_MS = 500;
const ATTEMPTS = 20;
/** Two-int form, beside the lock of migrations. */
const PARTITION_LOCK = [0x63686c67, 2] as const;

export interface PartitionReport {
  readonly made: number;
  /** Full days after today for which a partition of its own exists. */
  readonly daysAhead: number;
}

/**
 * Keeps daily partitions ready ahead of time. Nothing is ever refused for want of one (guards take what has no day), but
 * days are what retention drops and what keeps indexes small.
 */
export class PartitionManager {
  constructor(
    private readonly pool: pg.Pool,
    private readonly log: (level: 'info' | 'warn', message: string, fields: Record<string, unknown>) => void,
  ) {}

  /**
   * @param today of the database if it is not given. What is made for a wrong day stays: the clock of one instance that is
   *   years ahead would leave one partition for all the years between.
   */
  async run(today?: Date): Promise<PartitionReport> {
    const day = today?.toISOString().slice(0, 10) ?? (await this.today());
    const ahead = await this.daysAhead(day);
    if (ahead >= DAYS_ENOUGH) return { made: 0, daysAhead: ahead };
    const made = await this.roll(day);
    return { made, daysAhead: await this.daysAhead(day) };
  }

  private async today(): Promise<string> {
    const { rows } = await this.pool.query<{ day: string }>(
      `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD') as day`,
    );
    const day = rows[0]?.day;
    if (day === undefined) throw new Error('the database did not tell its day');
    return day;
  }

  private async daysAhead(day: string): Promise<number> {
    const { rows } = await this.pool.query<{ days: number }>(
      `select (partition_bound('event_near', 1) at time zone 'UTC')::date - $1::date - 1 as days`,
      [day],
    );
    return rows[0]?.days ?? 0;
  }

  /** Waits for a moment without long readers rather than making every writer queue behind its own lock request. */
  private async roll(day: string): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const made = await this.rollOnce(day);
        if (made > 0) this.log('info', 'partitions made', { made, through: DAYS_AHEAD });
        return made;
      } catch (error) {
        const lockNotAvailable = (error as { code?: unknown }).code === '55P03';
        if (!lockNotAvailable || attempt >= ATTEMPTS) throw error;
        this.log('warn', 'partitions not made yet, a reader holds the table', { attempt });
      }
      await pause(250);
    }
  }

  private rollOnce(day: string): Promise<number> {
    return onOneConnection(this.pool, async (client) => {
      await client.query('begin');
      await client.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
      // One instance at a time: who waited for another's tables would go on from bounds that were read before they moved.
      await client.query('select pg_advisory_xact_lock($1, $2)', [...PARTITION_LOCK]);
      const { rows } = await client.query<{ made: number }>(
        'select roll_partitions($1::date, $2, $3) as made',
        [day, DAYS_AHEAD, NEAR_DAYS],
      );
      await client.query('commit');
      return rows[0]?.made ?? 0;
    });
  }
}
