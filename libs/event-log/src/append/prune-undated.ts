import type pg from 'pg';

/** A day more than the 30 that are promised (docs/identity.md), as upkeep may be late. */
const STAMPS_KEPT_DAYS = 31;
/** Rows of one delete, so that none holds its locks for long or writes much at once. */
const AT_ONCE = 10_000;

/** Forgets keys whose window is long over. Returns how many. */
export async function pruneUndatedKeys(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from undated_key where received_at <
       now() - interval '1 day' - (select coalesce(max(undated_window_ms), 0) from notification) * interval '1 millisecond'`,
  );
  return rowCount ?? 0;
}

/** Forgets stamps that no delivery has carried for 30 days. Returns how many. */
export async function pruneUndatedStamps(pool: pg.Pool): Promise<number> {
  for (let forgotten = 0; ;) {
    // Skips what a writer holds: it sees the stamp at this moment.
    const { rowCount } = await pool.query(
      `delete from undated_stamp where stamp_key = any (array(
         select stamp_key from undated_stamp where seen_at < now() - $1 * interval '1 day'
          limit $2 for update skip locked))`,
      [STAMPS_KEPT_DAYS, AT_ONCE],
    );
    forgotten += rowCount ?? 0;
    if ((rowCount ?? 0) < AT_ONCE) return forgotten;
  }
}
