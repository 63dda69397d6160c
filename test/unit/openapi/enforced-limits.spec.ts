import { describe, expect, it } from 'vitest';
import { checksWithoutWords, routesOf, validationPipe, type Schema } from '@chargelog/http';
import { departures, resolve } from '@test/openapi/schema-check.js';
import { apiDocument as document, controllers } from '@test/openapi/whole-api.js';

const routes = controllers.flatMap(routesOf);
const operationOf = ({ method, path }: (typeof routes)[number]) => document.paths[path]?.[method];

describe('what the document says of the parameters is what the gateway takes', () => {
  it.each(routes.filter(({ query }) => query !== undefined))('of $method $path', async (route) => {
    const takes = async (name: string, value: unknown): Promise<boolean> => {
      const text = Array.isArray(value) ? value.map(String) : String(value);
      return isTaken('query', route.query, { [name]: text });
    };
    const parameters = (operationOf(route)?.parameters ?? []).filter((one) => one.in === 'query');
    for (const { name, schema, example } of parameters) {
      for (const value of [...fitting(schema), ...(example === undefined ? [] : [example])])
        expect(await takes(name, value), `${name}=${JSON.stringify(value)}`).toBe(true);
      for (const value of tooMuch(schema, example))
        expect(await takes(name, value), `${name}=${JSON.stringify(value)}`).toBe(false);
    }
    expect(await takes('no-such-parameter', 'x')).toBe(false);
  });
});

describe('what the document says of the bodies is what the gateway takes', () => {
  it.each(routes.filter(({ body }) => body !== undefined))('of $method $path', async (route) => {
    const media = operationOf(route)?.requestBody?.content['application/json'];
    const whole = media?.example as Record<string, unknown>;
    const takes = (changed: Record<string, unknown>): Promise<boolean> =>
      isTaken('body', route.body, { ...whole, ...changed });
    const schema = resolved(media?.schema ?? {});
    expect(await takes({})).toBe(true);
    expect(await takes({ 'no-such-member': 1 })).toBe(false);
    for (const name of schema.required ?? []) expect(await takes({ [name]: undefined }), name).toBe(false);
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      for (const value of fitting(member))
        expect(await takes({ [name]: value }), `${name}: ${JSON.stringify(value)}`).toBe(true);
      for (const value of tooMuch(member, undefined)) {
        expect(departures(document, member, value), name).not.toEqual([]);
        expect(await takes({ [name]: value }), `${name}: ${JSON.stringify(value)}`).toBe(false);
      }
    }
  });
});

describe('what a check demands is told in our own words, never in those of the library', () => {
  const classes = new Set(
    routes.flatMap(({ query, body }) => [query, body]).filter((one) => one !== undefined),
  );

  it.each([...classes].map((type) => [type.name, type] as const))('by %s', (_, type) => {
    expect(checksWithoutWords(type as new () => object)).toEqual([]);
  });
});

function resolved(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : resolve(document, schema.$ref);
}

function isTaken(place: 'query' | 'body', metatype: unknown, value: unknown): Promise<boolean> {
  const given = structuredClone(value);
  const reading = validationPipe(place).transform(given, {
    type: place,
    metatype: metatype as NonNullable<(typeof routes)[number]['query']>,
  }) as Promise<unknown>;
  return reading.then(
    () => true,
    () => false,
  );
}

/** Values at the limits of a schema. */
function fitting(schema: Schema): unknown[] {
  const values = [schema.minimum, schema.maximum, schema.default].filter((one) => one !== undefined);
  if (schema.enum !== undefined) values.push(...schema.enum.filter((one) => one !== null));
  if ([schema.type].flat().includes('null') || schema.oneOf?.some(({ type }) => type === 'null') === true)
    values.push(null);
  if (schema.maxLength !== undefined && schema.pattern === undefined)
    values.push('a'.repeat(schema.maxLength));
  return values;
}

/** Values just beyond each limit of a schema. */
function tooMuch(schema: Schema, example: unknown): unknown[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, items } = schema;
  const item = [example].flat()[0] ?? items?.enum?.[0] ?? 'a';
  const values: unknown[] = [];
  if (minimum !== undefined) values.push(minimum - 1);
  if (maximum !== undefined) values.push(maximum + 1);
  if (minLength !== undefined) values.push('a'.repeat(minLength - 1));
  if (maxLength !== undefined) values.push('a'.repeat(maxLength + 1));
  if (minItems !== undefined) values.push(Array.from({ length: minItems - 1 }, () => item));
  if (maxItems !== undefined) values.push(Array.from({ length: maxItems + 1 }, () => item));
  if (schema.uniqueItems === true) values.push([item, item]);
  if (schema.enum !== undefined) values.push('no such value');
  if (schema.pattern !== undefined) values.push('\0');
  if (items !== undefined) values.push(...tooMuch(items, undefined).map((one) => [one]));
  const type = [schema.type].flat()[0];
  if (type === 'integer' || type === 'number' || type === 'boolean' || type === 'object') values.push('many');
  return values;
}
