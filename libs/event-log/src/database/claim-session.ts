import { Socket } from 'node:net';
import type pg from 'pg';
import type { PgConnection } from './pg-connection.js';
import { SessionClient } from './session-client.js';

/**
 * First half of the two-int advisory lock that claims a replay, in SQL; the second is the replay's number. Another log in the
 * same database, in a schema of its own, has replays of the same numbers.
 */
export const CLAIM_LOCK = `(x'7265706c'::integer # ('event_seq'::regclass::oid::bigint & 65535)::integer)`;

const CONNECT_LIMIT_MS = 5_000;
/** A statement of a claim takes milliseconds. After this long the server counts as unreachable, and the claim as lost. */
const ANSWER_LIMIT_MS = 10_000;
const CLOSE_LIMIT_MS = 1_000;
const PROBE_AFTER_MS = 10_000;

/**
 * Makes the server notice within about half a minute that the machine of this session is gone. Its default is two hours, in
 * which nobody could take over the claim. Without effect on a Unix socket, where the server sees the end at once.
 */
const PROBE_SQL = `
  set tcp_keepalives_idle = 10;
  set tcp_keepalives_interval = 5;
  set tcp_keepalives_count = 3;`;

/**
 * A connection of its own for one claim. The claim is a session advisory lock: it lives exactly as long as the session,
 * however the worker ends, and whatever is written through this session is written by the holder.
 */
export class ClaimSession {
  private readonly ended = new AbortController();
  /** Aborted when the session is over, and with it the claim. */
  readonly lost = this.ended.signal;

  private constructor(
    readonly client: pg.Client,
    private readonly socket: Socket,
  ) {
    client.on('error', () => this.ended.abort());
    client.on('end', () => this.ended.abort());
  }

  static async open(connection: PgConnection): Promise<ClaimSession> {
    const socket = new Socket();
    const client = new SessionClient({
      ...connection,
      application_name: 'chargelog replay',
      limits: { statementMs: 0 },
      setUp: PROBE_SQL,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      query_timeout: ANSWER_LIMIT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: PROBE_AFTER_MS,
      stream: () => socket, // kept, so that it can be destroyed when the server no longer answers
    });
    const session = new ClaimSession(client, socket);
    try {
      await client.connect();
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async lock(number: number): Promise<boolean> {
    const { rows } = await this.client.query<{ locked: boolean }>(
      `select pg_try_advisory_lock(${CLAIM_LOCK}, $1) as locked`,
      [number],
    );
    return rows[0]?.locked === true;
  }

  async unlock(number: number): Promise<void> {
    await this.client.query(`select pg_advisory_unlock(${CLAIM_LOCK}, $1)`, [number]);
  }

  /** Ends the session, by a farewell message if the server still reads it. Never throws. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_LIMIT_MS);
    });
    await Promise.race([this.client.end().catch(() => undefined), limit]);
    clearTimeout(timer);
    this.socket.destroy();
    this.ended.abort();
  }
}
