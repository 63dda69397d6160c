import { GatewayError } from '@chargelog/domain';
import { SCOPES, type Scope } from './scopes.js';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** Who calls: what the access guard found out about the key of the request. */
export interface Caller {
  /** For the audit log: `bootstrap`, or `key/<id>/<name>`. */
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** The only tenants this caller may see; undefined for all. */
  readonly tenants: readonly string[] | undefined;
  /**
   * Whether the key is still valid, for answers that take longer than a revocation may. Absent where it always is.
   *
   * @throws GatewayError `store-away` when the keys cannot be read.
   */
  readonly isLive?: () => Promise<boolean>;
}

/** The holder of the admin key: every scope, every tenant. */
export const BOOTSTRAP: Caller = { actor: 'bootstrap', scopes: SCOPES, tenants: undefined };

const CALLER = Symbol('chargelog:caller');

export function attachCaller(request: object, caller: Caller): void {
  Object.assign(request, { [CALLER]: caller });
}

/** Parameter of a route: the caller the guard let through. Open routes have none. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const caller = (context.switchToHttp().getRequest<object>() as { [CALLER]?: Caller })[CALLER];
  // Never a default: a route that forgot its guard would show every tenant to everybody.
  if (caller === undefined)
    throw new GatewayError('unauthenticated', 'Send an API key: Authorization: Bearer <key>.');
  return caller;
});

export function maySeeTenant(caller: Caller, tenant: string): boolean {
  return caller.tenants === undefined || caller.tenants.includes(tenant);
}

/** The member of a filter that keeps a query within the caller's tenants; nothing for a caller who may see all. */
export function withinTenantsOf(caller: Caller): { readonly tenants?: readonly string[] } {
  return caller.tenants === undefined ? {} : { tenants: caller.tenants.toSorted() };
}
