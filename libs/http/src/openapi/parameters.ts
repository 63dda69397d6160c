import { CURSOR, UUID, type ParameterDescription, type Schema } from './description.js';

export function pathParameter(
  name: string,
  description: string,
  schema: Schema,
  example: string,
): ParameterDescription {
  return { in: 'path', name, description, schema, required: true, example };
}

/** The `{id}` of a path: a UUID of the named thing. */
export function idParameter(thing: string, example: string): ParameterDescription {
  return pathParameter('id', `${thing} id.`, UUID, example);
}

export function queryParameter(
  name: string,
  description: string,
  schema: Schema,
  example?: unknown,
): ParameterDescription {
  return { in: 'query', name, description, schema, ...(example !== undefined && { example }) };
}

/** How much is answered at once: 1 to `maximum`. */
export function limitParameter(
  description: string,
  limits: { readonly maximum: number; readonly default: number },
  example?: number,
): ParameterDescription {
  const schema = { type: 'integer', minimum: 1, maximum: limits.maximum, default: limits.default };
  return queryParameter('limit', description, schema, example);
}

export const AFTER_CURSOR = queryParameter('after', '`next` of the page before, copied whole.', CURSOR);

export const INSTANT_OR_DATE_TEXT =
  'RFC 3339 instant, or a bare date for its midnight UTC. Without an offset it is UTC. Write `+` of an offset as `%2B` in a URL.';

export const ENTRY_LIMIT = limitParameter('Entries of one page.', { maximum: 200, default: 50 });

/** Parameters of lists that go by arrival. */
export const RECEIVED_PAGE: readonly ParameterDescription[] = [
  queryParameter('receivedAfter', `Inclusive. ${INSTANT_OR_DATE_TEXT}`, { type: 'string' }),
  queryParameter('receivedBefore', `Exclusive. ${INSTANT_OR_DATE_TEXT}`, { type: 'string' }),
  ENTRY_LIMIT,
];
