import { GatewayError } from '@chargelog/domain';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';

const API = '/v1/';
/** Names listed in a refusal; an answer must not be many times its request. */
const MOST_NAMES = 10;

/**
 * Refuses query parameters and bodies of calls that take none. The others check theirs as they read them, but a handler that reads
 * none would answer a misspelt or misplaced filter with everything. Only below `/v1/`: probes, pages and the callback URL
 * of a webhook may carry what others put there.
 *
 * A guard, behind that of the keys, because an interceptor would cost every webhook some 20 µs of RxJS.
 */
export class UnknownParametersGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { url, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!url.startsWith(API)) return true;
    if (!reads(context, RouteParamtypes.QUERY)) refuseAll(Object.keys(query as object));
    if (Buffer.isBuffer(body) && !isEmpty(body) && !reads(context, RouteParamtypes.BODY))
      throw new GatewayError('invalid-body', 'This call takes no body; send none, or {}.');
    return true;
  }
}

/** Clients that always send JSON send `{}`. */
function isEmpty(body: Buffer): boolean {
  return body.length < 10 && /^\s*(\{\s*\})?\s*$/.test(body.toString('latin1'));
}

function reads(context: ExecutionContext, kind: RouteParamtypes): boolean {
  const metadata: unknown = Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  );
  return Object.keys(metadata ?? {}).some((argument) => argument.startsWith(`${kind}:`));
}

function refuseAll(names: readonly string[]): void {
  if (names.length === 0) return;
  const reason = 'is not known here';
  const shown = names.slice(0, MOST_NAMES);
  throw new GatewayError(
    'unknown-parameter',
    `${shown.map((name) => `${name}: ${reason}`).join('; ')}; this call takes no parameters`,
    { errors: shown.map((name) => ({ in: 'query', name, reason })) },
  );
}
