import type pg from 'pg';

/** How often the horizon is noted, and how far the clocks of instances and database may differ. */
const MARK_EVERY_MS = 60_000;
const CLOCKS_DIFFER_MS = 60_000;
/** Rows of one look at what came after a mark, and how many looks are taken: a start some rows too early does no harm. */
const LOOK_ROWS = 20_000;
const MOST_LOOKS = 10;

/**
 * Notes where the feed's horizon is at this moment: everything at or below it was committed, so received, before. Safe on
 * several instances at once; what moves on is noted about once a minute, whoever does it.
 *
 * A search for an instant in `received_at` itself could not be trusted: what is released from quarantine is old and has a
 * new position.
 */
async function markFeed(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into feed_mark (marked_at, position)
     select clock_timestamp(), h.horizon
       from (select feed_horizon() as horizon offset 0) h
       left join lateral (select m.marked_at, m.position from feed_mark m order by m.marked_at desc limit 1) l on true
      where l.position is null
         or (l.position < h.horizon and l.marked_at < clock_timestamp() - $1 * interval '1 millisecond')
     on conflict do nothing`,
    [MARK_EVERY_MS * 0.9],
  );
}

/** A position at or below which nothing stands that was received at or after the instant; by the marks alone. */
export async function positionMarkedBefore(pool: pg.Pool, receivedAt: number): Promise<bigint> {
  const { rows } = await pool.query<{ position: string }>({
    name: 'feed_marked_before',
    text: `select position from feed_mark where marked_at <= to_timestamp($1::float8 / 1000) order by marked_at desc limit 1`,
    values: [receivedAt - CLOCKS_DIFFER_MS],
  });
  return BigInt(rows[0]?.position ?? 0);
}

/** The same, moved up to the first event that was received at or after the instant, where that is near. */
export async function positionBefore(pool: pg.Pool, receivedAt: number): Promise<bigint> {
  let position = await positionMarkedBefore(pool, receivedAt);
  // Read before the rows, by a statement of its own: what is committed later with a lower position is above it.
  const { rows: horizons } = await pool.query<{ horizon: string }>({
    name: 'feed_horizon',
    text: 'select feed_horizon() as horizon',
  });
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { rows } = await pool.query<{ first: string | null; last: string | null; seen: number }>({
      name: 'feed_first_received',
      text: `select min(s.seq) filter (where s.received_at >= to_timestamp($3::float8 / 1000)) as first,
                    max(s.seq) as last, count(*)::int as seen
               from (select e.seq, e.received_at from event e where e.seq > $1::bigint and e.seq <= $2::bigint
                      order by e.seq limit $4::int) s`,
      values: [position.toString(), horizons[0]?.horizon ?? '0', receivedAt, LOOK_ROWS],
    });
    const { first, last, seen } = rows[0] ?? { first: null, last: null, seen: 0 };
    if (first !== null) return BigInt(first) - 1n;
    position = BigInt(last ?? position);
    if (seen < LOOK_ROWS) return position;
  }
  return position;
}

/** Marks the feed once a minute. A mark that is missing lets reads start somewhat earlier, so a failure is nobody's concern. */
export class FeedMarker {
  private timer: NodeJS.Timeout | undefined;
  private marking: Promise<unknown> | undefined;

  constructor(private readonly pool: pg.Pool) {}

  start(): void {
    void this.mark();
    this.timer = setInterval(() => void this.mark(), MARK_EVERY_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.marking;
  }

  mark(): Promise<unknown> {
    return (this.marking ??= markFeed(this.pool)
      .catch(() => undefined)
      .finally(() => (this.marking = undefined)));
  }
}
