import type { OpenApiDocument } from '@chargelog/query-api';

type Schema = OpenApiDocument['components']['schemas'][string];

/**
 * What of a value departs from a schema, each with its place; empty when nothing does. Knows the keywords that the
 * document uses, and refuses to judge by any other.
 */
export function departures(document: OpenApiDocument, schema: Schema, value: unknown, at = '$'): string[] {
  const unknown = Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword));
  if (unknown.length > 0) throw new Error(`${at}: keywords the check does not know: ${unknown.join(', ')}`);
  if (schema.$ref !== undefined) return departures(document, resolve(document, schema.$ref), value, at);
  if (schema.oneOf !== undefined) {
    const matching = schema.oneOf.filter((one) => departures(document, one, value, at).length === 0);
    return matching.length === 1 ? [] : [`${at}: matches ${matching.length} of the alternatives`];
  }
  const types = schema.type === undefined ? undefined : [schema.type].flat();
  if (types !== undefined && !types.some((type) => isOfType(type, value)))
    return [`${at}: is not ${types.join(' or ')}`];
  const found: string[] = [];
  if (schema.const !== undefined && value !== schema.const)
    found.push(`${at}: is not ${JSON.stringify(schema.const)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value as string))
    found.push(`${at}: is not in the list`);
  if (typeof value === 'string') {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value))
      found.push(`${at}: does not match ${schema.pattern}`);
    if (value.length < (schema.minLength ?? 0)) found.push(`${at}: is too short`);
    if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY)) found.push(`${at}: is too long`);
    if (schema.format === 'date-time' && Number.isNaN(new Date(value).getTime()))
      found.push(`${at}: is not an instant`);
  }
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? Number.NEGATIVE_INFINITY)) found.push(`${at}: is too small`);
    if (value > (schema.maximum ?? Number.POSITIVE_INFINITY)) found.push(`${at}: is too large`);
  }
  if (Array.isArray(value)) {
    if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) found.push(`${at}: has too many items`);
    const { items } = schema;
    if (items !== undefined)
      found.push(...value.flatMap((item, index) => departures(document, items, item, `${at}[${index}]`)));
  } else if (typeof value === 'object' && value !== null) {
    found.push(...membersOf(document, schema, value as Record<string, unknown>, at));
  }
  return found;
}

export function resolve(document: OpenApiDocument, reference: string): Schema {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1] ?? '';
  const schema = document.components.schemas[name];
  if (schema === undefined) throw new Error(`${reference} leads nowhere`);
  return schema;
}

const KEYWORDS = new Set([
  '$ref',
  'type',
  'description',
  'format',
  'pattern',
  'enum',
  'const',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'maxItems',
  'items',
  'properties',
  'required',
  'additionalProperties',
  'oneOf',
  'default',
]);

function membersOf(
  document: OpenApiDocument,
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  at: string,
): string[] {
  const missing = (schema.required ?? []).filter((name) => !(name in value));
  const found = missing.map((name) => `${at}.${name}: is missing`);
  for (const [name, member] of Object.entries(value)) {
    const inner = schema.properties?.[name] ?? schema.additionalProperties;
    if (inner === false) found.push(`${at}.${name}: is not described`);
    else if (typeof inner === 'object') found.push(...departures(document, inner, member, `${at}.${name}`));
  }
  return found;
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
