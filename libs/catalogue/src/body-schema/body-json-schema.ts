import type { CatalogueEntry } from '../entry.js';
import { rivalsOf, spellingsOf, type Field, type Members } from './field.js';
import { annotationsOf, DIALECT, type JsonSchema } from './json-schema.js';

/** Text that `parseInstant` reads. Wider than `date-time`: a time without a zone and a space for the `T` are allowed. */
export const INSTANT_FORMAT = 'instant';
/** The same with an offset; without one a time cannot be served as RFC 3339. */
export const LOCAL_INSTANT_FORMAT = 'local-instant';
/** Suffix of a format's name in places where null is documented: the format, or `""`. */
export const OR_EMPTY = '-or-empty';

/**
 * JSON Schema 2020-12 of the body as AMPECO documents it. Further members are allowed everywhere. `""` is accepted where
 * null is documented, because AMPECO's captured bodies hold it there, and `[]` where a map is, because PHP writes an empty
 * map so. The same entry always gives the same schema. Its address is that of the normalized data with `?data=raw`.
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
 * The same without annotations, and closed: it accepts exactly the bodies that have nothing to report, neither a departure
 * from the documentation nor a member that is new or given twice. The value of `notification` is not checked.
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
    // A key that is no spelling is refused as a new member already.
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

/** Adds null, and `""` where the type does not allow text already. */
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
      // A negative number, or one that a double does not hold exactly, is no id: it could not be served as text.
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

/** The JSON type of an enumeration's values, which are all of one type. */
export function scalarTypeOf(values: readonly (string | number)[]): 'string' | 'number' {
  return typeof values[0] === 'number' ? 'number' : 'string';
}
