import type { CatalogueEntry } from '../entry.js';
import { standardsJsonSchema } from '../standards/standards-member.js';
import { STANDARD_TABLES, type StandardTable } from '../standards/tables.js';
import { scalarTypeOf } from './body-json-schema.js';
import type { Field, Members } from './field.js';
import { annotationsOf, DIALECT, type JsonSchema } from './json-schema.js';

/** The address under which a major of a notification's normalized data is described. */
export function dataSchemaId(notification: string, major: number): string {
  return `/v1/schemas/${notification}/${major}`;
}

/**
 * JSON Schema 2020-12 of an event's normalized `data`; further members are allowed, as in the body. The data of a
 * nonconforming body may break it where the body breaks AMPECO's documentation, because a value that cannot be converted
 * is passed on as it came. The same entry always gives the same schema.
 */
export function dataJsonSchema(entry: CatalogueEntry): JsonSchema {
  const { properties, required, ...rest } = objectSchema(entry.body);
  const tables = tablesOf(entry.body);
  return {
    $schema: DIALECT,
    $id: dataSchemaId(entry.name, entry.major),
    title: entry.name,
    description: entry.title,
    'x-evidence': entry.evidence,
    ...(entry.deprecated && { deprecated: true }),
    ...(entry.supersededBy !== undefined && { 'x-deprecated-by': entry.supersededBy }),
    ...rest,
    properties: {
      notification: { type: 'string', const: entry.name },
      ...properties,
      ...(tables.length > 0 && { standards: standardsJsonSchema(tables) }),
    },
    required: ['notification', ...(required ?? [])],
  };
}

/** The tables of the standards that fields of the body name, in the order of {@link STANDARD_TABLES}. */
function tablesOf(members: Members): readonly StandardTable[] {
  const named = new Set(Object.values(members).flatMap(tablesOfField));
  return (Object.keys(STANDARD_TABLES) as StandardTable[]).filter((table) => named.has(table));
}

function tablesOfField(field: Field): readonly StandardTable[] {
  switch (field.kind) {
    case 'enumeration':
      return field.standard === undefined ? [] : [field.standard];
    case 'list':
      return tablesOfField(field.items);
    case 'map':
      return tablesOfField(field.values);
    case 'object':
      return Object.values(field.members).flatMap(tablesOfField);
    default:
      return [];
  }
}

function objectSchema(members: Members): JsonSchema {
  const entries = Object.entries(members);
  const required = entries.filter(([, field]) => field.required === true).map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, field]) => [name, fieldSchema(field)])),
    ...(required.length > 0 && { required }),
  };
}

function fieldSchema(field: Field): JsonSchema {
  const schema = typeSchema(field);
  return {
    ...annotationsOf(field),
    ...(field.wire !== undefined && { 'x-wire': field.wire }),
    ...(field.kind === 'enumeration' && field.standard !== undefined && { 'x-standard': field.standard }),
    ...(field.nullable === true ? orNull(schema) : schema),
  };
}

function orNull(schema: JsonSchema): JsonSchema {
  if (schema.type === undefined) return schema;
  return {
    ...schema,
    type: [...[schema.type].flat(), 'null'],
    ...(schema.enum !== undefined && { enum: [...schema.enum, null] }),
  };
}

function typeSchema(field: Field): JsonSchema {
  switch (field.kind) {
    case 'anything':
      return {};
    case 'text':
    case 'id':
      return { type: 'string' };
    case 'instant':
    case 'localInstant':
      return { type: 'string', format: 'date-time' };
    case 'enumeration':
      return {
        type: scalarTypeOf(field.values),
        enum: [...new Set(field.values.map((value) => field.aliases?.[value] ?? value))],
      };
    case 'map':
      return { type: 'object', additionalProperties: fieldSchema(field.values) };
    case 'list':
      return { type: 'array', items: fieldSchema(field.items) };
    case 'object':
      return objectSchema(field.members);
    default:
      return { type: field.kind };
  }
}
