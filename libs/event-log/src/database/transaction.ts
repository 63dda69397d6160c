import type pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { askDatabase } from './sql-errors.js';

/**
 * Runs the work in one transaction on one pooled connection; what it throws rolls everything back.
 *
 * @throws GatewayError `store-away`, `overloaded` or `query-timeout`, and what the work throws.
 */
export function inTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return askDatabase(() => dataSource.transaction(work));
}

/**
 * Lends one connection of the pool for several statements. When the work throws, its session is ended, and the
 * transaction with it, in whatever state both are.
 */
export async function onOneConnection<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  // The pool listens only to connections that it has not lent. One that breaks says so by an event as well, and an error
  // event that nobody hears ends the process; who uses the connection hears of it from the next statement.
  client.on('error', unheard);
  let isSound = false;
  try {
    const result = await work(client);
    isSound = true;
    return result;
  } finally {
    client.release(!isSound);
    client.off('error', unheard);
  }
}

function unheard(): void {
  // Told by the statement that fails.
}
