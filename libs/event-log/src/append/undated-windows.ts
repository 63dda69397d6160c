import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction } from '../database/transaction.js';

/** Two-int form, beside the locks of migrations and partitions. */
const WINDOWS_LOCK = [0x63686c67, 3] as const;

/**
 * Stores how long equal undated bodies of a name are one event. In the database, so that every instance decides alike.
 * Names without a window of their own get the default.
 */
export function storeUndatedWindows(
  dataSource: DataSource,
  defaultMs: number,
  perNotification: ReadonlyMap<string, number>,
): Promise<void> {
  const names = [...perNotification.keys()];
  return inTransaction(dataSource, async (manager) => {
    // Instances that start together take turns.
    await manager.query('select pg_advisory_xact_lock($1, $2)', [...WINDOWS_LOCK]);
    if ((await storedDefault(manager)) !== defaultMs) {
      await manager.query(
        `alter table notification alter column undated_window_ms set default ${Math.trunc(defaultMs)}`,
      );
    }
    await manager.query(
      `insert into notification (name) select n from unnest($1::text[]) n
        where not exists (select from notification where name = n) on conflict (name) do nothing`,
      [names],
    );
    await manager.query(
      `update notification set undated_window_ms = coalesce(w.ms, $1)
         from notification n left join unnest($2::text[], $3::bigint[]) as w(name, ms) on w.name = n.name
        where notification.id = n.id and notification.undated_window_ms <> coalesce(w.ms, $1)`,
      [defaultMs, names, [...perNotification.values()]],
    );
  });
}

/** Asked first: setting it waits for every reader of the table, and every writer of undated bodies waits behind that. */
async function storedDefault(manager: EntityManager): Promise<number> {
  const [column] = await manager.query<{ ms: string | null }[]>(
    `select (regexp_match(pg_get_expr(d.adbin, d.adrelid), '[0-9]+'))[1] as ms
       from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
      where d.adrelid = 'notification'::regclass and a.attname = 'undated_window_ms'`,
  );
  return Number(column?.ms ?? Number.NaN);
}
