import type { Scope } from './scopes.js';
import { SetMetadata, type CustomDecorator } from '@nestjs/common';

const SCOPE = 'chargelog:scope';
const OPEN = 'chargelog:open';

/** The route answers holders of this scope only. */
export const RequireScope = (scope: Scope): CustomDecorator => SetMetadata(SCOPE, scope);
/** The route answers anybody: it carries its own proof (a signature) or nothing worth protecting. */
export const Open = (): CustomDecorator => SetMetadata(OPEN, true);

/** Asks the handler alone: an open controller with a closed route among its handlers would be read wrongly. */
export function isOpen(handler: object): boolean {
  return Reflect.getMetadata(OPEN, handler) === true;
}

/** The scope that the handler, or else its controller, requires; undefined closes the route for every key. */
export function scopeOf(handler: object, controller: object): Scope | undefined {
  return (Reflect.getMetadata(SCOPE, handler) ?? Reflect.getMetadata(SCOPE, controller)) as Scope | undefined;
}
