import type pg from 'pg';

/**
 * Stores how long equal undated bodies of a name are one event. In the database, so that every instance decides alike.
 * Names without a window of their own get the default.
 */
export async function storeUndatedWindows(
  pool: pg.Pool,
  defaultMs: number,
  perNotification: ReadonlyMap<string, number>,
): Promise<void> {
  await pool.query(
    `alter table notification alter column undated_window_ms set default ${Math.trunc(defaultMs)}`,
  );
  const names = [...perNotification.keys()];
  await pool.query(
    `insert into notification (name) select n from unnest($1::text[]) n
      where not exists (select from notification where name = n) on conflict (name) do nothing`,
    [names],
  );
  await pool.query(
    `update notification set undated_window_ms = coalesce(w.ms, $1)
       from notification n left join unnest($2::text[], $3::bigint[]) as w(name, ms) on w.name = n.name
      where notification.id = n.id and notification.undated_window_ms <> coalesce(w.ms, $1)`,
    [defaultMs, names, [...perNotification.values()]],
  );
}

/** Forgets keys whose window is long over. Returns how many. */
export async function pruneUndatedKeys(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from undated_key where received_at <
       now() - interval '1 day' - (select coalesce(max(undated_window_ms), 0) from notification) * interval '1 millisecond'`,
  );
  return rowCount ?? 0;
}
