import { GatewayError } from '@chargelog/domain';
import { SetMetadata, type CanActivate, type ExecutionContext, type CustomDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AdminKey } from './admin-key.js';

/** What a key may do; a route names the one it needs. */
export type Scope =
  'events:read' | 'events:read-sensitive' | 'consumers' | 'replays' | 'quarantine' | 'admin' | 'metrics';

const SCOPE = 'chargelog:scope';
const OPEN = 'chargelog:open';

/** The route answers holders of this scope only. */
export const RequireScope = (scope: Scope): CustomDecorator => SetMetadata(SCOPE, scope);
/** The route answers anybody: it carries its own proof (a signature) or nothing worth protecting. */
export const Open = (): CustomDecorator => SetMetadata(OPEN, true);

/** Stands before every route. A route that says nothing about access is closed, so none is open by accident. */
export class AccessGuard implements CanActivate {
  constructor(private readonly adminKey: AdminKey | undefined) {}

  canActivate(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    if (Reflect.getMetadata(OPEN, handler) === true) return true;
    const scope = (Reflect.getMetadata(SCOPE, handler) ?? Reflect.getMetadata(SCOPE, context.getClass())) as
      Scope | undefined;
    const presented = bearer(context.switchToHttp().getRequest<FastifyRequest>().headers.authorization);
    if (presented === undefined) {
      throw new GatewayError('unauthenticated', 'Send an API key: Authorization: Bearer <key>.');
    }
    if (this.adminKey?.matches(presented) !== true) {
      throw new GatewayError('unauthenticated', 'The API key is not valid.');
    }
    if (scope === undefined) throw new GatewayError('forbidden', 'No key may call this route.');
    return true;
  }
}

function bearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1];
}
