import type pg from 'pg';
import { toReadError } from '@chargelog/event-log';
import { insertAuditEntry } from './audit-entry.js';
import type { AuditEntry, AuditLog, RecordedAct } from './audit-log.js';

interface Row extends Omit<RecordedAct, 'at'> {
  readonly at: number;
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
