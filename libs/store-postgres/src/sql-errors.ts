import { GatewayError } from '@chargelog/domain';

interface PgErrorLike {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
}

function sqlState(error: unknown): string | undefined {
  const code = (error as PgErrorLike | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/**
 * True for a fault of the row's own content, which will fail again however often it is sent: data exceptions (class 22),
 * a null where none may be, a named check. Everything else, unknown errors included, is infrastructure and is retried:
 * calling a passing fault a row fault would push good deliveries into quarantine. 23514 without a constraint name is
 * "no partition for this row", which is ours to mend.
 */
export function isRowFault(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return false;
  if (state.startsWith('22') || state === '23502') return true;
  return state === '23514' && typeof (error as PgErrorLike).constraint === 'string';
}

/** Turns what a read threw into the error a caller may see. The cause stays attached for the log. */
export function toReadError(error: unknown): Error {
  if (error instanceof GatewayError) return error;
  if (sqlState(error) === '57014') {
    return new GatewayError(
      'query-timeout',
      'The query took longer than allowed; narrow the filter or the time span.',
      {
        cause: error,
      },
    );
  }
  const state = sqlState(error);
  // Programming errors (syntax, unknown column) are not an absent store; they must surface as what they are.
  if (state !== undefined && (state.startsWith('42') || state.startsWith('22'))) return error as Error;
  return new GatewayError('store-away', 'The event store cannot be reached right now; try again shortly.', {
    cause: error,
    retryAfter: 1,
  });
}
