import { GatewayError, type GatewayErrorCode } from '@chargelog/domain';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

// A new code without a status does not compile.
export const PROBLEM_STATUS = {
  'invalid-parameter': 400,
  'unknown-parameter': 400,
  'invalid-body': 400,
  'invalid-cursor': 400,
  'cursor-filter-mismatch': 400,
  unauthenticated: 401,
  'bad-signature': 401,
  forbidden: 403,
  'target-not-allowed': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'epoch-changed': 409,
  'too-large': 413,
  'bound-required': 422,
  'rate-limited': 429,
  overloaded: 503,
  'store-away': 503,
  'query-timeout': 503,
} as const satisfies Record<GatewayErrorCode, number>;

export const PROBLEM_TITLE = {
  'invalid-parameter': 'A parameter is not valid',
  'unknown-parameter': 'A parameter is not known',
  'invalid-body': 'The request body is not valid',
  'invalid-cursor': 'The cursor is not valid',
  'cursor-filter-mismatch': 'The cursor belongs to other parameters',
  unauthenticated: 'A valid API key is needed',
  'bad-signature': 'The signature is not valid',
  forbidden: 'The key may not do this',
  'target-not-allowed': 'The target may not be reached',
  'not-found': 'There is no such thing',
  'method-not-allowed': 'The URL is right, the method is not',
  conflict: 'The request conflicts with the present state',
  'epoch-changed': 'The log was restored since',
  'too-large': 'The body is too large',
  'bound-required': 'The query needs a narrower filter',
  'rate-limited': 'Too many requests in too short a time',
  overloaded: 'The gateway is overloaded',
  'store-away': 'The event store is away',
  'query-timeout': 'The query took too long',
} as const satisfies Record<GatewayErrorCode, string>;

/** Every error of every route as an RFC 9457 problem document. What a caller cannot act on says nothing of the inside. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logError: (error: unknown, request: { method: string; route: string }) => void,
    /** Called with every problem that is answered, for metrics. */
    private readonly observe: (code: GatewayErrorCode, request: FastifyRequest) => void = () => undefined,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    const known = toGatewayError(error, request.method);
    if (known === undefined) {
      this.logError(error, { method: request.method, route: request.routeOptions?.url ?? 'unknown' });
      void reply
        .status(500)
        .type('application/problem+json')
        .send(
          JSON.stringify({
            type: 'about:blank',
            title: 'Internal error',
            status: 500,
            detail: 'The gateway met an error of its own; its log says more.',
          }),
        );
      return;
    }
    const status = PROBLEM_STATUS[known.code];
    this.observe(known.code, request);
    if (known.retryAfter !== undefined) void reply.header('retry-after', known.retryAfter);
    if (known.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer realm="chargelog"');
    void reply
      .status(status)
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: `/problems/${known.code}`,
          title: PROBLEM_TITLE[known.code],
          status,
          code: known.code,
          detail: known.message,
          ...(known.errors.length > 0 ? { errors: known.errors } : {}),
        }),
      );
  }
}

function toGatewayError(error: unknown, method: string): GatewayError | undefined {
  if (error instanceof GatewayError) return error;
  const status = statusOf(error);
  switch (status) {
    case 404:
      return new GatewayError(
        'not-found',
        `Nothing answers ${method} at this path. The documentation lists every call with its method.`,
      );
    case 413:
      return new GatewayError('too-large', 'The body is larger than this gateway accepts.');
    case 503:
      return new GatewayError(
        'overloaded',
        'The gateway is shutting down or overloaded; try again shortly.',
        { retryAfter: 1 },
      );
    default:
      return status !== undefined && status >= 400 && status < 500
        ? new GatewayError('invalid-body', 'The request could not be read.', { cause: error })
        : undefined;
  }
}

/** Nest and Fastify each have their own way to carry a status. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
