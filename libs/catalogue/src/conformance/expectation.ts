import type { Field } from '../body-schema/field.js';

/** What a place may hold, in a few words; the same text for a field whatever the body held. */
export function expectationOf(field: Field): string {
  return field.nullable === true ? `${nounOf(field)} or null` : nounOf(field);
}

function nounOf(field: Field): string {
  switch (field.kind) {
    case 'text':
      return 'string';
    case 'id':
      return field.as === 'text' ? 'string' : 'integer';
    case 'enumeration':
      return `one of ${field.values.length} values`;
    case 'instant':
      return 'RFC 3339 time';
    case 'localInstant':
      return 'RFC 3339 time with its offset';
    case 'map':
    case 'object':
      return 'object';
    case 'list':
      return 'array';
    case 'anything':
      return 'any value';
    default:
      return field.kind;
  }
}
