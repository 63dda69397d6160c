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
  // The pool listens only to connections that it has not lent. A connection that breaks emits an error event as well, and
  // without a listener that ends the process. The work gets the error from the statement that fails.
  client.on('error', ignore);
  let isSound = false;
  try {
    const result = await work(client);
    isSound = true;
    return result;
  } finally {
    client.release(!isSound);
    client.off('error', ignore);
  }
}

function ignore(): void {
  // The statement that fails reports it.
}
