import type pg from 'pg';
import { toReadError } from './sql-errors.js';

/** Runs the work in one transaction on one pooled connection; what it throws rolls everything back. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  let client: pg.PoolClient | undefined;
  try {
    client = await pool.connect();
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    client?.release(true); // ends the session, and the transaction with it, in whatever state both are
    throw toReadError(error);
  }
}
