import type pg from 'pg';
import { SessionClient } from './session-client.js';
import type { PgConnection } from './pg-connection.js';

const ANSWER_WITHIN_MS = 5_000;
/** Behind a pooler in session mode the two differ in every round. Other programs may use the pool at the same time. */
const ROUNDS = 4;

/** A pooler between the gateway and Postgres gives every transaction another session. */
export class TransactionPoolingError extends Error {
  constructor() {
    super(
      'a connection pooler gives every transaction another session of the server (PgBouncer: pool_mode = transaction or statement)',
    );
  }
}

/**
 * Finds out whether a connection is a session of the server, before anything is set in it: what the gateway sets for its
 * own would be another program's next, and its prepared statements and locks would be gone.
 *
 * Two connections that are open at the same time have two server processes, each always the same. Behind a pooler that
 * lends sessions for a transaction the second gets the process of the first, which does nothing at the moment; or the first
 * gets another one while the second is in a transaction.
 *
 * @throws TransactionPoolingError
 */
export async function refuseTransactionPooling(connection: PgConnection): Promise<void> {
  const open = (): SessionClient =>
    new SessionClient({
      ...connection,
      application_name: 'chargelog start',
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
    });
  const [first, second] = [open(), open()];
  for (const client of [first, second]) client.on('error', () => undefined); // the statement that fails reports it
  try {
    await first.connect();
    const own = await processOf(first);
    await second.connect();
    const other = await processOf(second);
    if (own === other) throw new TransactionPoolingError();
    for (let round = 0; round < ROUNDS; round += 1) {
      await second.query('begin');
      const [now, then] = [await processOf(second), await processOf(first)];
      await second.query('rollback');
      if (then !== own || now !== other) throw new TransactionPoolingError();
    }
  } finally {
    await Promise.all([first, second].map((client) => client.end().catch(() => undefined)));
  }
}

async function processOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
  return rows[0]?.pid;
}
