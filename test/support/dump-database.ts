import type { Pool } from 'pg';

/** Every row of every table as text; bytes in hex. What `pg_dump --data-only` holds, on machines without it too. */
export async function dumpDatabase(pool: Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') order by 1`,
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    parts.push(`-- ${name}`, ...rows.map(({ row }) => row));
  }
  return parts.join('\n');
}
