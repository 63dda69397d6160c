import { getMetadataStorage } from 'class-validator';
import type { Type } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '@chargelog/features/reference';
import type { OpenApiDocument, OpenApiOperation } from '@chargelog/http';
import { registeredRoutes } from '@test/openapi/registered-routes.js';
import { resolve } from '@test/openapi/schema-check.js';

const document = openApiDocument();
const routes = registeredRoutes();
const operationOf = (method: string, path: string): OpenApiOperation | undefined =>
  document.paths[path]?.[method];

describe('the description and the routes', () => {
  it('hold the same calls', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(described.toSorted());
  });

  it.each(routes)('agree on who may call $method $path', ({ method, path, access }) => {
    const [first] = operationOf(method, path)?.security ?? [];
    // A signature is the intake's own matter; to the guard the door is open.
    const described = first?.['key']?.[0] ?? 'open';
    expect(access).toBe(described);
  });

  it.each(routes)('agree on the query parameters of $method $path', ({ method, path, query }) => {
    const parameters = (operationOf(method, path)?.parameters ?? []).filter((one) => one.in === 'query');
    const described = Object.fromEntries(
      parameters.map(({ name, schema, required }) => [name, limitsOf(schema, required === true)]),
    );
    expect(described).toEqual(query === undefined ? {} : limitsOfClass(query));
  });

  it.each(routes.filter(({ body }) => body !== undefined))(
    'agree on the members of the body of $method $path',
    ({ method, path, body }) => {
      const content = operationOf(method, path)?.requestBody?.content['application/json'];
      let schema = content?.schema ?? {};
      if (schema.$ref !== undefined) schema = resolve(document, schema.$ref);
      const read = limitsOfClass(body as Type);
      expect(Object.keys(schema.properties ?? {}).toSorted()).toEqual(Object.keys(read).toSorted());
      const required = Object.keys(read).filter((name) => read[name]?.required === true);
      expect([...(schema.required ?? [])].toSorted()).toEqual(required.toSorted());
    },
  );
});

type Schema = OpenApiDocument['components']['schemas'][string];

interface Limits {
  readonly required: boolean;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly maxLength?: unknown;
  readonly maxItems?: unknown;
  readonly enum?: unknown;
  readonly default?: unknown;
}

function limitsOf(schema: Schema, required: boolean): Limits {
  const { minimum, maximum, maxItems } = schema;
  // A subject's length is part of its own check, which says nothing of its limits.
  const maxLength = schema.pattern === undefined ? schema.maxLength : undefined;
  return {
    required,
    ...defined({ minimum, maximum, maxLength, maxItems, enum: schema.enum, default: schema.default }),
  };
}

/** The limits that class-validator enforces. */
function limitsOfClass(type: Type): Record<string, Limits> {
  const presets = new type() as Record<string, unknown>;
  const limits: Record<string, Record<string, unknown> & { required: boolean }> = {};
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  for (const rule of rules) {
    const entry = (limits[rule.propertyName] ??= { required: presets[rule.propertyName] === undefined });
    const limit = rule.constraints?.[0] as unknown;
    if (rule.type === 'conditionalValidation') entry.required = false;
    const keyword = KEYWORD[rule.name ?? ''];
    if (keyword !== undefined) entry[keyword] = limit;
    const preset = presets[rule.propertyName];
    if (preset !== undefined) entry['default'] = preset;
  }
  return limits;
}

const KEYWORD: Readonly<Record<string, Exclude<keyof Limits, 'required'>>> = {
  min: 'minimum',
  max: 'maximum',
  maxLength: 'maxLength',
  arrayMaxSize: 'maxItems',
  isIn: 'enum',
};

function defined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
