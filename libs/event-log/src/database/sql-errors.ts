import { GatewayError } from '@chargelog/domain';
import { isTlsCode, UNREADABLE_PASSWORD } from './explain-database.js';
import { NoPasswordError } from './pass-file.js';

interface PgErrorLike {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
}

/** By its class, because `EPIPE` has five capitals as well. */
const SQL_STATE = /^([0-9][0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/;

function sqlState(error: unknown): string | undefined {
  const code = (error as PgErrorLike | null)?.code;
  return typeof code === 'string' && SQL_STATE.test(code) ? code : undefined;
}

/**
 * True for a fault of the row's own content, which will fail again however often it is sent: data exceptions (class 22),
 * a null where none may be, a named check. Everything else, unknown errors included, is infrastructure and is retried:
 * calling a passing fault a row fault would push good deliveries into quarantine. 23514 without a constraint name is
 * "no partition for this row", which is a fault of ours.
 */
export function isRowFault(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return false;
  if (state.startsWith('22') || state === '23502') return true;
  return state === '23514' && typeof (error as PgErrorLike).constraint === 'string';
}

/**
 * Runs work that asks the database, by TypeORM or directly. The one place where errors of the driver become errors of the
 * gateway: every store and reader asks through it.
 *
 * @throws GatewayError `store-away`, `overloaded` or `query-timeout`, see {@link toReadError}.
 */
export async function askDatabase<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw toReadError(error);
  }
}

/**
 * Turns what a question to the database threw into the error a caller may see. The cause stays attached for the log.
 *
 * Only a database that cannot be reached becomes `store-away`: a caller that gets it sends again until it succeeds, and a
 * fault of ours never passes. An error of no known kind is returned as it is; it is answered 500 and logged.
 */
export function toReadError(error: unknown): Error {
  if (error instanceof GatewayError) return error;
  const state = sqlState(error);
  if (state === '57014') {
    return new GatewayError(
      'query-timeout',
      'The query took longer than allowed; narrow the filter or the time span.',
      { cause: error },
    );
  }
  if (state?.startsWith('53') === true || messageOf(error) === NO_FREE_CONNECTION) {
    return new GatewayError('overloaded', 'The event store has more to do than it can take.', {
      cause: error,
      retryAfter: 1,
    });
  }
  if (isAway(error, state)) {
    return new GatewayError('store-away', 'The event store cannot be reached right now; try again shortly.', {
      cause: error,
      retryAfter: 1,
    });
  }
  return error instanceof Error ? error : new Error('the database driver threw no error', { cause: error });
}

/** The pool's error when all its connections are busy for too long. Nothing need be wrong with the server. */
const NO_FREE_CONNECTION = 'timeout exceeded when trying to connect';

/**
 * Connection failures (08), shutdown, crash and start (57P), a log-in that is refused (28) or a database that is not
 * there (3D), a server that became a standby (25006), a transaction that the server ended for its idleness (25P03).
 */
const AWAY_STATE = /^(08...|57P0.|28...|3D000|25006|25P03)$/;

/** Of sockets and name resolution. */
const AWAY_CODE = new Set([
  'EACCES',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOENT', // the socket file of a local server
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  UNREADABLE_PASSWORD,
]);

/**
 * The driver gives no code to a connection that ended, that does not answer, or that is closed because we are shutting
 * down. "… already released" is what TypeORM says of a transaction whose connection broke between two statements.
 */
const AWAY_MESSAGE =
  /^(Connection terminated|Query read timeout|timeout expired|Client (has encountered a connection error|was closed) and is not queryable|Query runner already released|Database connection provided by a query runner was already released|Cannot use a pool after calling end|Driver not Connected|The server does not support SSL connections|There was an error establishing an SSL connection|SASL)/;

function isAway(error: unknown, state: string | undefined): boolean {
  if (state !== undefined) return AWAY_STATE.test(state);
  if (!(error instanceof Error)) return false;
  if (error instanceof NoPasswordError) return true;
  const code = (error as PgErrorLike).code;
  return typeof code === 'string' ? AWAY_CODE.has(code) || isTlsCode(code) : AWAY_MESSAGE.test(error.message);
}

function messageOf(error: unknown): string | undefined {
  return error instanceof Error ? error.message : undefined;
}
