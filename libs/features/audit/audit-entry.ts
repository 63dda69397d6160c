import type { AuditEntry } from './audit-log.js';

const INSERT = 'insert into audit_entry (actor, action, subject, detail) values ($1, $2, $3, $4::jsonb)';

/** What the entry is written through: a pool, a connection of it, or the transaction of a batch. */
interface Writes {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** Writes the entry on the given connection, so inside its transaction if there is one. */
export async function insertAuditEntry(
  connection: Writes,
  { actor, action, subject, detail }: AuditEntry,
): Promise<void> {
  await connection.query(INSERT, [actor, action, subject, JSON.stringify(detail ?? {})]);
}
