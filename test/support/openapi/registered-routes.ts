import 'reflect-metadata';
import { ROLES } from '@chargelog/config';
import type { ProcessSettings } from '@chargelog/features/process';
import type { Storage } from '@chargelog/features/storage';
import { RequestMethod, type DynamicModule, type Type } from '@nestjs/common';
import { AppModule } from '../../../apps/gateway/src/app.module.js';

const QUERY = 4;
const BODY = 3;

/** One route as Nest has it, with what its decorators say. */
export interface RegisteredRoute {
  readonly method: string;
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  /** A scope; `open`; undefined where the route says nothing (and so is closed). */
  readonly access: string | undefined;
  /** Class that reads the query parameters; undefined where none are read. */
  readonly query: Type | undefined;
  readonly body: Type | undefined;
}

/** Every route of an instance with all roles. */
export function registeredRoutes(): RegisteredRoute[] {
  const settings = { config: { roles: ROLES } } as unknown as ProcessSettings;
  return controllersOf(AppModule.with(settings, {} as Storage)).flatMap((controller) => routesOf(controller));
}

/** The controllers of a module and of all that it imports, each once. */
function controllersOf(root: DynamicModule | Type, seen: Set<unknown> = new Set()): Type[] {
  const module = typeof root === 'function' ? root : root.module;
  if (seen.has(module)) return [];
  seen.add(module);
  const listed = <T>(key: string, dynamic: readonly T[] = []): T[] => [
    ...dynamic,
    ...((Reflect.getMetadata(key, module) ?? []) as T[]),
  ];
  const { controllers, imports } = typeof root === 'function' ? {} : root;
  return [
    ...listed<Type>('controllers', controllers),
    ...listed<DynamicModule | Type>('imports', imports as DynamicModule[]).flatMap((one) =>
      controllersOf(one, seen),
    ),
  ];
}

function routesOf(controller: Type): RegisteredRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    if (name === 'constructor') return [];
    const handler = prototype[name];
    const method = handler && (Reflect.getMetadata('method', handler) as RequestMethod | undefined);
    if (handler === undefined || method === undefined) return [];
    const parts = [controller, handler].map((at) => Reflect.getMetadata('path', at) as string);
    const path = parts
      .join('/')
      .split('/')
      .filter((part) => part !== '')
      .map((part) => (part.startsWith(':') ? `/{${part.slice(1)}}` : `/${part}`))
      .join('');
    const isOpen = Reflect.getMetadata('chargelog:open', handler) === true;
    const scope =
      Reflect.getMetadata('chargelog:scope', handler) ?? Reflect.getMetadata('chargelog:scope', controller);
    return [
      {
        method: RequestMethod[method].toLowerCase(),
        path: path === '' ? '/' : path,
        access: isOpen ? 'open' : (scope as string | undefined),
        query: argument(controller, name, QUERY),
        body: argument(controller, name, BODY),
      },
    ];
  });
}

/** The declared class of a handler's whole `@Query()` or `@Body()` argument. */
function argument(controller: Type, handler: string, kind: number): Type | undefined {
  const all = (Reflect.getMetadata('__routeArguments__', controller, handler) ?? {}) as Record<
    string,
    unknown
  >;
  const key = Object.keys(all).find((one) => one.startsWith(`${kind}:`));
  if (key === undefined) return undefined;
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, handler) as Type[];
  return types[Number(key.split(':')[1])];
}
