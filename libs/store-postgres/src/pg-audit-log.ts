import type { AuditEntry, AuditLog, RecordedAct } from '@chargelog/pipeline';
import type pg from 'pg';
import { toReadError } from './sql-errors.js';

interface Row extends Omit<RecordedAct, 'at'> {
  readonly at: number;
}

const INSERT = 'insert into audit_entry (actor, action, subject, detail) values ($1, $2, $3, $4::jsonb)';

/** Writes the entry on the given connection, so inside its transaction if there is one. */
export async function insertAuditEntry(
  connection: Pick<pg.ClientBase | pg.Pool, 'query'>,
  { actor, action, subject, detail }: AuditEntry,
): Promise<void> {
  await connection.query(INSERT, [actor, action, subject, JSON.stringify(detail ?? {})]);
}

export class PgAuditLog implements AuditLog {
  constructor(private readonly pool: pg.Pool) {}

  async record(entry: AuditEntry): Promise<void> {
    try {
      await insertAuditEntry(this.pool, entry);
    } catch (error) {
      throw toReadError(error);
    }
  }

  async page(limit: number, after?: string): Promise<readonly RecordedAct[]> {
    try {
      const { rows } = await this.pool.query<Row>(
        `select id, (extract(epoch from at) * 1000)::float8 as at, actor, action, subject, detail from audit_entry
          where $2::bigint is null or id < $2 order by id desc limit $1`,
        [limit, after ?? null],
      );
      return rows.map((row) => ({ ...row, at: Math.round(row.at) }));
    } catch (error) {
      throw toReadError(error);
    }
  }
}
