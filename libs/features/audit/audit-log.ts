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

export const AUDIT_LOG = Symbol('AuditLog');

/**
 * Who did what. Stores that change something by an administrative act write the row in the act's own transaction;
 * `record` is for acts that have no transaction of their own here.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export interface AuditLog {
  record(entry: AuditEntry): Promise<void>;
  /** Newest first; `after` is the id of the last entry of the page before. */
  page(limit: number, after?: string): Promise<readonly RecordedAct[]>;
}
