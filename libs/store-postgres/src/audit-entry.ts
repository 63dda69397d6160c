import type { AuditEntry } from '@chargelog/pipeline';
import type pg from 'pg';

const INSERT = 'insert into audit_entry (actor, action, subject, detail) values ($1, $2, $3, $4::jsonb)';

/** Writes the entry on the given connection, so inside its transaction if there is one. */
export async function insertAuditEntry(
  connection: Pick<pg.ClientBase | pg.Pool, 'query'>,
  { actor, action, subject, detail }: AuditEntry,
): Promise<void> {
  await connection.query(INSERT, [actor, action, subject, JSON.stringify(detail ?? {})]);
}
