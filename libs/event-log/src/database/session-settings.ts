/** How long a session may take for what; 0 is no limit. */
export interface SessionLimits {
  readonly statementMs: number;
  /** Between two statements of a transaction. Default 0. */
  readonly idleInTransactionMs?: number;
  /** For a lock. Default 0. */
  readonly lockMs?: number;
}

/**
 * What a session is set to after connecting, in one round trip: nothing that a role, a database, a server or an environment
 * variable sets by default may change what our statements mean. Not as parameters of the start of a connection, because
 * PgBouncer refuses those that it does not know ("unsupported startup parameter").
 *
 * - Isolation, and the right to write: the feed needs READ COMMITTED, an append a transaction that writes.
 * - The schema, and temporary tables last, so that none can stand before ours.
 * - How values are written as text, which the driver reads: dates, bytes, numbers, and the zone of instants.
 * - Every limit of time. What a session may take is decided here, not by a default that was made for other programs.
 * - Commits that are on disk before they are told.
 */
export function sessionSettings(schema: string, limits: SessionLimits): string {
  return `
  set search_path = ${quoteIdentifier(schema)}, pg_temp;
  set standard_conforming_strings = on;
  set default_transaction_isolation = 'read committed';
  set default_transaction_read_only = off;
  set default_transaction_deferrable = off;
  set transform_null_equals = off;
  set datestyle = 'ISO, YMD';
  set intervalstyle = 'postgres';
  set timezone = 'UTC';
  set bytea_output = 'hex';
  set extra_float_digits = 1;
  set client_min_messages = warning;
  set lock_timeout = ${limits.lockMs ?? 0};
  set statement_timeout = ${limits.statementMs};
  set idle_in_transaction_session_timeout = ${limits.idleInTransactionMs ?? 0};
  set idle_session_timeout = 0;
  select set_config('transaction_timeout', '0', false) where current_setting('transaction_timeout', true) is not null;
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local');`;
}

/** As `quote_ident` in SQL, always in quotes. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
