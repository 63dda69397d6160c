import type pg from 'pg';
import { GatewayError } from '@chargelog/domain';
import type { PgConnection } from './pg-connection.js';
import { SessionClient } from './session-client.js';

const ANSWER_WITHIN_MS = 1_000;
/** After so long without an answer to a read it is checked whether the server answers anybody. */
const DOUBT_AFTER_MS = 1_000;

/**
 * Finds out within a second whether the database answers at all. On a connection of its own: a pool whose connections are
 * all busy does not mean an unreachable database, and a server that hangs still accepts connections.
 */
export class DatabaseProbe {
  private client: pg.Client | undefined;
  private asking: Promise<void> | undefined;

  constructor(private readonly connection: PgConnection) {}

  /** Resolves when the server has answered. Calls at the same time share one question. @throws Error within a second */
  check(): Promise<void> {
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  /**
   * The result of a read, or an early end when the server does not answer anybody: a slow query is waited for, a hung
   * server is not.
   *
   * @throws GatewayError `store-away`
   */
  async whileAlive<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const lost = new Promise<never>((_, reject) => {
      const doubt = (): void => {
        this.check().then(
          () => (timer = setTimeout(doubt, DOUBT_AFTER_MS)),
          (error: unknown) =>
            reject(
              new GatewayError(
                'store-away',
                'The event store does not answer right now; try again shortly.',
                {
                  cause: error,
                  retryAfter: 1,
                },
              ),
            ),
        );
      };
      timer = setTimeout(doubt, DOUBT_AFTER_MS);
    });
    try {
      return await Promise.race([work, lost]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async ask(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the database did not answer in time')), ANSWER_WITHIN_MS);
    });
    const client = this.client ?? this.newClient();
    try {
      await Promise.race([this.client === client ? client.query('select 1') : this.open(client), late]);
    } catch (error) {
      if (this.client === client) this.client = undefined;
      client.end().catch(() => undefined); // it is broken; its end may fail as well
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private newClient(): pg.Client {
    const client = new SessionClient({
      ...this.connection,
      application_name: 'chargelog probe',
      limits: { statementMs: ANSWER_WITHIN_MS },
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    client.on('error', () => {
      if (this.client === client) this.client = undefined;
    });
    return client;
  }

  private async open(client: pg.Client): Promise<void> {
    await client.connect();
    await client.query('select 1');
    this.client = client;
  }
}
