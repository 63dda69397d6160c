import { Client } from 'pg';
import { codeOf, reasonOf } from './postgres-launch-error.js';

export type { Client };

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

export type OpenResult =
  | { readonly outcome: 'open'; readonly client: Client }
  /** The server answered that it is starting, recovering or stopping. */
  | { readonly outcome: 'busy'; readonly reason: string }
  | { readonly outcome: 'password-rejected' }
  /** Nobody listens yet, or no longer. */
  | { readonly outcome: 'unreachable'; readonly reason: string };

const CANNOT_CONNECT_NOW = '57P03';
const ADMIN_SHUTDOWN = '57P01';
const INVALID_PASSWORD = '28P01';

/**
 * Logs in to the database `postgres`, not `chargelog`: the connection stays for as long as the gateway runs, and would
 * stand in the way of whoever restores `chargelog` or uses it as a template.
 */
export async function openDatabase(login: Login): Promise<OpenResult> {
  const client = new Client({
    ...login,
    database: 'postgres',
    user: 'chargelog',
    // Given here so that PGSSLMODE and PGOPTIONS of the environment stay out of it.
    ssl: false,
    options: '-c idle_session_timeout=0 -c statement_timeout=0',
    application_name: 'chargelog-launcher',
    connectionTimeoutMillis: 5_000,
  });
  // A connection that breaks while nobody waits for it must not end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return { outcome: 'open', client };
  } catch (error) {
    await client.end().catch(() => undefined);
    return classify(error);
  }
}

/** Creates the database `chargelog` on the first start. Called by the holder of the lock alone. */
export async function ensureDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'chargelog'`);
  if (rowCount === 0) await client.query('CREATE DATABASE chargelog');
}

function classify(error: unknown): OpenResult {
  const code = codeOf(error);
  if (code === INVALID_PASSWORD) return { outcome: 'password-rejected' };
  if (code === CANNOT_CONNECT_NOW || code === ADMIN_SHUTDOWN)
    return { outcome: 'busy', reason: reasonOf(error) };
  return { outcome: 'unreachable', reason: reasonOf(error) };
}
