import { LessThan, type DataSource, type Repository } from 'typeorm';
import { askDatabase } from '@chargelog/event-log';
import { AuditEntryEntity } from './audit.entity.js';

/** One administrative act. Never holds a secret: names, ids and fingerprints only. */
export interface AuditEntry {
  /** Who: `bootstrap` (the admin key), `system` (the gateway itself), or `key/<id>/<name>`. */
  readonly actor: string;
  /** What, as `thing.verb`: `key.create`, `secret.retire`, `quarantine.release`. */
  readonly action: string;
  /** To what: an id, or a path like `ampeco/current`. */
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface RecordedAct extends Required<AuditEntry> {
  /** Decimal text, higher is later. */
  readonly id: string;
  /** ms since 1970 UTC. */
  readonly at: number;
}

// By hand, because the transaction of a batch is the event log's, which knows no entities.
const INSERT = 'insert into audit_entry (actor, action, subject, detail) values ($1, $2, $3, $4::jsonb)';

/** The transaction of an act: an EntityManager of TypeORM, or the BatchTransaction of the event log. */
interface Transaction {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** Writes the entry in the transaction of the act, so that there is neither without the other. */
export async function recordAct(
  transaction: Transaction,
  { actor, action, subject, detail }: AuditEntry,
): Promise<void> {
  await transaction.query(INSERT, [actor, action, subject, JSON.stringify(detail ?? {})]);
}

/**
 * Who did what. Stores that change something by an administrative act write the row in the act's own transaction with
 * {@link recordAct}; `record` is for acts that have no transaction of their own here.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export class AuditLog {
  private readonly entries: Repository<AuditEntryEntity>;

  constructor(private readonly dataSource: DataSource) {
    this.entries = dataSource.getRepository(AuditEntryEntity);
  }

  record(entry: AuditEntry): Promise<void> {
    return askDatabase(() => recordAct(this.dataSource.manager, entry));
  }

  /** Newest first; `after` is the id of the last entry of the page before. */
  page(limit: number, after?: string): Promise<readonly RecordedAct[]> {
    return askDatabase(async () => {
      const rows = await this.entries.find({
        ...(after !== undefined && { where: { id: LessThan(after) } }),
        order: { id: 'desc' },
        take: limit,
      });
      return rows.map(({ id, at, actor, action, subject, detail }) => ({
        id,
        at: at.getTime(),
        actor,
        action,
        subject,
        detail,
      }));
    });
  }
}
