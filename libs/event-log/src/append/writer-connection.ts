import pg from 'pg';
import { GatewayError } from '@chargelog/domain';
import type { PgConnection } from '../database/pool.js';

/**
 * What a writing session is set to. Short timeouts, because a writer that hangs inside its transaction holds back the
 * feed's horizon: after 2 s idle or 10 s in a statement Postgres itself ends it, and a peer that vanished without a word
 * is noticed after 5 s. The planner is told the one shape that is right for batches (index look-ups by id), so that
 * statistics of a fresh or huge table cannot make it scan partitions.
 */
const SESSION = `
  set application_name = 'chargelog writer';
  set statement_timeout = '10s';
  set idle_in_transaction_session_timeout = '2s';
  set tcp_user_timeout = '5s';
  set plan_cache_mode = force_generic_plan;
  set enable_hashjoin = off;
  set enable_mergejoin = off;
  set enable_seqscan = off;
  set jit = off;
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local');`;

const CONNECT_TIMEOUT_MS = 2_000;
/** Longer than the server's own limit of a statement: passed only when the server itself hangs or has vanished. */
const QUERY_TIMEOUT_MS = 12_000;

/** One database connection for writing, made when first needed and made again after it broke. */
export class WriterConnection {
  private client: pg.Client | undefined;
  private closed = false;

  constructor(
    private readonly connection: PgConnection,
    private readonly lockTimeoutMs?: number,
  ) {}

  async get(): Promise<pg.Client> {
    if (this.closed) throw new GatewayError('store-away', 'The gateway is shutting down.', { retryAfter: 1 });
    if (this.client !== undefined) return this.client;
    const client = new pg.Client({
      ...this.connection,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
    });
    // A connection lost between batches is found by the next batch; without a listener it would end the process.
    client.on('error', () => this.drop(client));
    try {
      await client.connect();
      await client.query(SESSION);
      if (this.lockTimeoutMs !== undefined) await client.query(`set lock_timeout = ${this.lockTimeoutMs}`);
    } catch (error) {
      this.drop(client);
      throw error;
    }
    this.client = client;
    return client;
  }

  /** Forgets a connection whose state is in doubt. */
  drop(client: pg.Client): void {
    if (this.client === client) this.client = undefined;
    client.end().catch(() => undefined); // it is broken already; nothing is left to tell
  }

  async close(): Promise<void> {
    this.closed = true;
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }
}
