import type pg from 'pg';

const LOOK_EVERY_MS = 1_000;

/** Sessions that hold the feed back (see feed_horizon) while they wait for their client and for nothing else. */
const WAITING_FOR_CLIENT = `
  select a.pid, concat_ws(' ', a.pid, a.backend_start, a.xact_start, a.query_start) as moment
    from pg_locks l join pg_stat_activity a on a.pid = l.pid
   where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
     and l.classid::bigint >> 16 = (1 << 14) + ('event_seq'::regclass::oid::bigint & 8191)
     and l.database = (select oid from pg_database where datname = current_database())
     and a.wait_event_type = 'Client' and a.query_start < clock_timestamp() - interval '1 second'`;

interface Holder {
  readonly pid: number;
  readonly moment: string;
}

/**
 * Ends writing sessions whose process hangs (stopped, swapped out, unreachable) in the middle of a transaction, because
 * nothing they have not committed can be handed out, nor anything after it.
 *
 * Postgres itself ends a session that idles inside a transaction. It does not while it waits for the rest of a request
 * (executed, but not yet asked to commit) or for an answer to be read; only from version 17 on is there a limit for
 * that. A session is ended when it is found twice, a second apart, at the same moment of the same transaction waiting for
 * its client; one that works is never touched. Its transaction is rolled back; nothing of it had been acknowledged.
 */
export class HungWriterWatch {
  private suspects: ReadonlySet<string> = new Set();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<unknown> | undefined;

  constructor(
    private readonly pool: pg.Pool,
    private readonly log: (level: 'warn', message: string, fields: Record<string, unknown>) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look().finally(() => (this.looking = undefined));
    }, LOOK_EVERY_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** One look. @returns the process ids of the sessions that were ended */
  async look(): Promise<readonly number[]> {
    try {
      const { rows } = await this.pool.query<Holder>(WAITING_FOR_CLIENT);
      const hung = rows.filter(({ moment }) => this.suspects.has(moment)).map(({ pid }) => pid);
      this.suspects = new Set(rows.map(({ moment }) => moment));
      if (hung.length === 0) return [];
      await this.pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [hung]);
      this.log('warn', 'ended a writing session whose process hangs; it held back the feed', { pids: hung });
      return hung;
    } catch {
      // The database is away. Whoever reads the feed is told so; the next look finds what there is then.
      this.suspects = new Set();
      return [];
    }
  }
}
