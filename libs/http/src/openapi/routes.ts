import { RequestMethod, type DynamicModule, type Type } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  MODULE_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { isOpen, scopeOf } from '../caller/route-access.js';
import type { Scope } from '../caller/scopes.js';

/** A handler as Nest routes it, with what its decorators say. */
export interface Route {
  /** For messages: `GapsController.list`. */
  readonly name: string;
  readonly controller: Type;
  readonly handler: object;
  /** In lower case, as OpenAPI writes it. */
  readonly method: string;
  /** With parameters in braces: `/v1/events/{id}`. */
  readonly path: string;
  readonly access: Scope | 'open';
  /** Of an answer that sets no status itself. */
  readonly status: number;
  /** Class that reads the query parameters; undefined where none are read. */
  readonly query: Type | undefined;
  readonly body: Type | undefined;
}

/** The controllers of modules and of all that they import, each once. */
export function controllersOf(...roots: readonly (Type | DynamicModule)[]): readonly Type[] {
  const found = new Set<Type>();
  const seen = new Set<Type>();
  const waiting = [...roots];
  for (const next of waiting) {
    const { module, controllers, imports }: DynamicModule = 'module' in next ? next : { module: next };
    for (const controller of controllers ?? []) found.add(controller);
    waiting.push(...((imports ?? []) as DynamicModule[]));
    if (seen.has(module)) continue;
    seen.add(module);
    for (const controller of listedIn(module, MODULE_METADATA.CONTROLLERS) as Type[]) found.add(controller);
    waiting.push(...(listedIn(module, MODULE_METADATA.IMPORTS) as DynamicModule[]));
  }
  return [...found];
}

function listedIn(module: Type, key: string): readonly unknown[] {
  return (Reflect.getMetadata(key, module) ?? []) as readonly unknown[];
}

/** @throws Error where a handler is neither open nor asks for a scope. */
export function routesOf(controller: Type): readonly Route[] {
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((key) => {
    const handler = key === 'constructor' ? undefined : prototype[key];
    const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
    if (handler === undefined || method === undefined) return [];
    const name = `${controller.name}.${key}`;
    const access = isOpen(handler) ? 'open' : scopeOf(handler, controller);
    if (access === undefined) throw new Error(`${name} is neither open nor asks for a scope`);
    const status = Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined;
    return [
      {
        name,
        controller,
        handler,
        method: RequestMethod[method].toLowerCase(),
        path: pathOf(controller, handler),
        access,
        status: status ?? (method === RequestMethod.POST ? 201 : 200),
        query: argument(controller, key, RouteParamtypes.QUERY),
        body: argument(controller, key, RouteParamtypes.BODY),
      },
    ];
  });
}

function pathOf(controller: Type, handler: object): string {
  const parts = [controller, handler].flatMap((at) =>
    (Reflect.getMetadata(PATH_METADATA, at) as string).split('/').filter((part) => part !== ''),
  );
  return `/${parts.map((part) => part.replace(/^:(.+)$/, '{$1}')).join('/')}`;
}

/** The declared class of a handler's whole `@Query()` or `@Body()` argument. */
function argument(controller: Type, handler: string, kind: RouteParamtypes): Type | undefined {
  const given = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as object;
  const place = Object.keys(given).find((key) => key.startsWith(`${kind}:`));
  if (place === undefined) return undefined;
  const types = Reflect.getMetadata(
    'design:paramtypes',
    controller.prototype as object,
    handler,
  ) as readonly Type[];
  return types[Number(place.slice(place.indexOf(':') + 1))];
}
