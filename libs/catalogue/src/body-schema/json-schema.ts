import type { StandardTable } from '../standards/tables.js';
import type { Evidence, FieldFacts } from './field.js';

/** The keywords of JSON Schema 2020-12 that the catalogue's schemas use, and annotations of our own. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly (string | number | null)[];
  readonly format?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly deprecated?: boolean;
  /** How sure we are: at the root for all members, at a member where it differs from the root. */
  readonly 'x-evidence'?: Evidence;
  /** Left out without scope `events:read-sensitive`. */
  readonly 'x-sensitive'?: true;
  /** Path, from the same object, of what replaces a deprecated member. */
  readonly 'x-deprecated-by'?: string;
  readonly 'x-unit'?: string;
  /** The spellings under which AMPECO sends a member that has another name here. */
  readonly 'x-wire'?: readonly string[];
  /** The table of `standards` that has the equivalents of the values. */
  readonly 'x-standard'?: StandardTable;
}

export const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** The annotations of our own, for validators that refuse keywords they do not know. */
export const ANNOTATIONS = [
  'x-evidence',
  'x-sensitive',
  'x-deprecated-by',
  'x-unit',
  'x-wire',
  'x-standard',
] as const satisfies readonly (keyof JsonSchema)[];

/** The keywords for a field's facts, without its type. Their order is fixed, so that schemas come out the same each time. */
export function annotationsOf(field: FieldFacts): JsonSchema {
  const { description, unit, deprecated, sensitive, evidence } = field;
  return {
    ...(description !== undefined && { description }),
    ...(unit !== undefined && { 'x-unit': unit }),
    ...(evidence !== undefined && { 'x-evidence': evidence }),
    ...(sensitive === true && { 'x-sensitive': true }),
    ...(deprecated !== undefined && { deprecated: true }),
    ...(deprecated?.supersededBy !== undefined && { 'x-deprecated-by': deprecated.supersededBy }),
  };
}
