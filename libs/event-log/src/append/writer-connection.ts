import type pg from 'pg';
import { GatewayError } from '@chargelog/domain';
import type { PgConnection } from '../database/pg-connection.js';
import { SessionClient, type SessionConfig } from '../database/session-client.js';

/**
 * What a writing session is set to beside what all are. Short timeouts, because a writer that hangs inside its transaction
 * holds back the feed's horizon: after 2 s idle or 10 s in a statement Postgres itself ends it, and a peer that vanished
 * without a word is noticed after 5 s. The planner is told the one shape that is right for batches (index look-ups by id),
 * so that statistics of a fresh or huge table cannot make it scan partitions.
 */
export const WRITER_SESSION = {
  limits: { statementMs: 10_000, idleInTransactionMs: 2_000 },
  setUp: `
  set tcp_user_timeout = '5s';
  set plan_cache_mode = force_generic_plan;
  set enable_hashjoin = off;
  set enable_mergejoin = off;
  set enable_seqscan = off;
  set jit = off;`,
} satisfies SessionConfig;

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
    const client = new SessionClient({
      ...this.connection,
      ...WRITER_SESSION,
      limits: {
        ...WRITER_SESSION.limits,
        ...(this.lockTimeoutMs !== undefined && { lockMs: this.lockTimeoutMs }),
      },
      application_name: 'chargelog writer',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
    });
    // A connection lost between batches is found by the next batch; without a listener it would end the process.
    client.on('error', () => this.drop(client));
    try {
      await client.connect();
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
