import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '@chargelog/domain';
import { attachCaller, BOOTSTRAP, type Caller, isOpen, scopeOf } from '@chargelog/http';
import type { AdminKey } from './admin-key.js';
import { FailureDelay } from './failure-delay.js';
import type { KeyDirectory } from './key-directory.js';
import type { Scope } from '@chargelog/http';

/** Stands before every route. A route that says nothing about access is closed, so none is open by accident. */
export class AccessGuard implements CanActivate {
  /**
   * @param adminKey has every scope and needs no database, so that a gateway can be looked at when its store is away.
   * @param keys the API keys; without them only the admin key is valid.
   */
  constructor(
    private readonly adminKey: AdminKey | undefined,
    private readonly keys?: Pick<KeyDirectory, 'find'>,
    private readonly delay = new FailureDelay(),
  ) {}

  /** Answers at once where nothing has to be asked: the webhook door must not wait a turn for that. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const handler = context.getHandler();
    if (isOpen(handler)) return true;
    const scope = scopeOf(handler, context.getClass());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const presented = bearer(request.headers.authorization);
    if (presented === undefined) {
      throw new GatewayError('unauthenticated', 'Send an API key: Authorization: Bearer <key>.');
    }
    if (this.adminKey?.matches(presented) === true) return admit(request, BOOTSTRAP, scope);
    if (this.keys === undefined) return this.refuse(request.ip);
    return this.keys
      .find(presented)
      .then((caller) => (caller === undefined ? this.refuse(request.ip) : admit(request, caller, scope)));
  }

  private refuse(address: string | undefined): Promise<boolean> {
    const error = new GatewayError(
      'unauthenticated',
      'The API key is not valid: it does not exist, has expired or was revoked.',
    );
    const delayMs = this.delay.count(address ?? 'unknown');
    if (delayMs === 0) throw error;
    return this.delay.hold(delayMs).then(() => {
      throw error;
    });
  }
}

function admit(request: FastifyRequest, caller: Caller, scope: Scope | undefined): boolean {
  if (scope === undefined) throw new GatewayError('forbidden', 'No key may call this route.');
  if (!caller.scopes.includes(scope)) {
    throw new GatewayError(
      'forbidden',
      `This call needs the scope "${scope}"; the key has ${caller.scopes.map((own) => `"${own}"`).join(', ')}.`,
    );
  }
  attachCaller(request, caller);
  return true;
}

function bearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1];
}
