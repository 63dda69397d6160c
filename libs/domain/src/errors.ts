/** Every way a request or a job can fail that a caller may act on. Documented under `/problems/<code>`. */
export type GatewayErrorCode =
  | 'invalid-parameter'
  | 'unknown-parameter'
  | 'invalid-body'
  | 'invalid-cursor'
  | 'cursor-filter-mismatch'
  | 'unauthenticated'
  | 'bad-signature'
  | 'forbidden'
  | 'target-not-allowed'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'epoch-changed'
  | 'too-large'
  | 'bound-required'
  | 'rate-limited'
  | 'overloaded'
  | 'store-away'
  | 'query-timeout';

/** Which part of a request is wrong, and why (`errors[]` of an RFC 9457 problem document). */
export interface FieldError {
  readonly in: 'query' | 'path' | 'header' | 'body';
  readonly name: string;
  readonly reason: string;
}

export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly errors: readonly FieldError[];
  /** Seconds after which a retry makes sense (`Retry-After`). */
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: GatewayErrorCode,
    message: string,
    options: {
      cause?: unknown;
      errors?: readonly FieldError[];
      retryAfter?: number;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter;
  }
}
