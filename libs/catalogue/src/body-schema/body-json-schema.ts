import type { CatalogueEntry } from '../entry.js';
import type { Field, Members } from './field.js';
import { annotationsOf, DIALECT, type JsonSchema } from './json-schema.js';
import { rivalsOf, spellingsOf } from './spelling.js';

/** Text that `parseInstant` reads: wider than `date-time`, zone-less times and a space among it. */
export const INSTANT_FORMAT = 'instant';
/** The same with an offset: without one it cannot be served as RFC 3339. */
export const LOCAL_INSTANT_FORMAT = 'local-instant';
/** Added to the name of a format, in places where null is documented: the same or `""`. */
export const OR_EMPTY = '-or-empty';

/**
 * JSON Schema 2020-12 of the body as AMPECO documents it, open: further members are allowed everywhere. Where null is
 * documented `""` is accepted, and `[]` where a map is: AMPECO's captured bodies hold the one, PHP writes the other.
 * Deterministic; the address is that of the normalized data with `?data=raw`, as for events.
 */
export function bodyJsonSchema(entry: CatalogueEntry): JsonSchema {
  const { properties, ...rest } = objectSchema(entry.body, false);
  return {
    $schema: DIALECT,
    $id: `/v1/schemas/${entry.name}/${entry.major}?data=raw`,
    title: entry.name,
    description: entry.title,
    'x-evidence': entry.evidence,
    ...(entry.deprecated && { deprecated: true }),
    ...(entry.supersededBy !== undefined && { 'x-deprecated-by': entry.supersededBy }),
    ...rest,
    properties: { notification: { type: 'string', const: entry.name }, ...properties },
    required: ['notification', ...(rest.required ?? [])],
  };
}

/**
 * The same without annotations and closed: it admits exactly the bodies in which nothing is to be reported, neither a
 * departure from the documentation nor a member that is new or there twice. `notification` is taken as read.
 */
export function closedBodySchema(entry: CatalogueEntry): JsonSchema {
  const { properties, ...rest } = objectSchema(entry.body, true);
  return { ...rest, properties: { notification: {}, ...properties } };
}

function objectSchema(members: Members, closed: boolean): JsonSchema {
  const properties: [string, JsonSchema][] = [];
  const required: string[] = [];
  const allOf: JsonSchema[] = [];
  for (const [key, field] of Object.entries(members)) {
    const spellings = spellingsOf(key, field);
    for (const spelling of spellings) properties.push([spelling, fieldSchema(field, closed)]);
    if (field.required === true) {
      if (spellings.length === 1) required.push(spellings[0]);
      else allOf.push({ anyOf: spellings.map((spelling) => ({ required: [spelling] })) });
    }
    // A member's own name that is no spelling is refused as a new member already.
    const rivals = closed ? rivalsOf(key, field)?.filter((name) => spellings.includes(name)) : undefined;
    allOf.push(...pairsOf(rivals ?? []).map((pair) => ({ not: { required: pair } })));
  }
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    ...(allOf.length > 0 && { allOf }),
    ...(closed && { additionalProperties: false }),
  };
}

function pairsOf(names: readonly string[]): (readonly string[])[] {
  return names.flatMap((name, index) => names.slice(index + 1).map((other) => [name, other]));
}

function fieldSchema(field: Field, closed: boolean): JsonSchema {
  const schema = typeSchema(field, closed);
  return { ...(!closed && annotationsOf(field)), ...(field.nullable === true ? orNull(schema) : schema) };
}

/** Adds null, and `""` where text is not allowed anyway. */
function orNull(schema: JsonSchema): JsonSchema {
  if (schema.type === undefined) return schema;
  const types = [schema.type].flat();
  const isText = types.includes('string');
  return {
    ...schema,
    type: [...types, 'null', ...(isText ? [] : ['string'])],
    ...(schema.enum !== undefined && { enum: [...schema.enum, null, ''] }),
    ...(schema.format !== undefined && { format: schema.format + OR_EMPTY }),
    ...(!isText && { maxLength: 0 }),
  };
}

function typeSchema(field: Field, closed: boolean): JsonSchema {
  switch (field.kind) {
    case 'anything':
      return {};
    case 'text':
      return { type: 'string' };
    case 'id':
      // What a double cannot count, or less than nothing, is no id: it could not be served as text either.
      return field.as === 'text'
        ? { type: 'string' }
        : { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
    case 'instant':
      return { type: 'string', format: INSTANT_FORMAT };
    case 'localInstant':
      return { type: 'string', format: LOCAL_INSTANT_FORMAT };
    case 'enumeration':
      return {
        type: scalarTypeOf(field.values),
        enum: [...new Set([...field.values, ...Object.keys(field.aliases ?? {})])],
      };
    case 'map':
      return {
        type: ['object', 'array'],
        additionalProperties: fieldSchema(field.values, closed),
        maxItems: 0,
      };
    case 'list':
      return { type: 'array', items: fieldSchema(field.items, closed) };
    case 'object':
      return objectSchema(field.members, closed);
    default:
      return { type: field.kind };
  }
}

/** The JSON type of an enumeration's values: all of one. */
export function scalarTypeOf(values: readonly (string | number)[]): 'string' | 'number' {
  return typeof values[0] === 'number' ? 'number' : 'string';
}
