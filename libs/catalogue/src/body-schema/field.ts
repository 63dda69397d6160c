import type { StandardTable } from '../standards/tables.js';

/** How sure we are: in AMPECO's specification, in captured traffic, or inferred from either. */
export type Evidence = 'documented' | 'seen' | 'inferred';

/**
 * What AMPECO documents of one place in a body. From this one declaration come the JSON Schema of the body, the schema of
 * the normalized data, the conversion between the two, the masking and the reference page. It is data only;
 * `body-schema`, `conformance` and `normalize` compile it.
 */
export interface FieldFacts {
  /** One line for people. */
  readonly description?: string;
  /** Unit of a number, as AMPECO documents it or the captures show it: `Wh`, `kW`, `s`, `ISO 4217` for a currency. */
  readonly unit?: string;
  /** AMPECO's specification requires the member: without it the body is nonconforming. */
  readonly required?: boolean;
  /** `null` is documented. Then `""` is read as null too: AMPECO's captured bodies hold it in such places. */
  readonly nullable?: boolean;
  /** Default: the evidence of the notification. */
  readonly evidence?: Evidence;
  /** Left out without scope `events:read-sensitive`: access secrets, personal and bank data. */
  readonly sensitive?: boolean;
  /** AMPECO calls the member deprecated. `supersededBy` is what replaces it, if anything: a path from the same object. */
  readonly deprecated?: { readonly supersededBy?: string };
  /**
   * Spellings under which the member arrives, the documented one first; in normalized data it is named by its key. Without
   * `wire` it arrives under its key. A body with several of the spellings is a collision: all are kept as they came.
   */
  readonly wire?: readonly [string, ...string[]];
}

/** Nothing is closed: values and members that are not documented pass through and are reported as drift. */
export type Field = FieldFacts &
  (
    | { readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'anything' }
    /**
     * A list of AMPECO's values; `standard` names the table of `standards` that maps them. `aliases` maps a spelling on
     * the wire to its value in normalized data (`{ cancelled: 'canceled' }`): every key is a documented spelling too,
     * whether or not `values` lists it, and every target is a value of the normalized field.
     */
    | {
        readonly kind: 'enumeration';
        readonly values: readonly (string | number)[];
        readonly standard?: StandardTable;
        readonly aliases?: Readonly<Record<string, string>>;
      }
    /** An id; AMPECO writes it as a number or as text. Normalized: text. */
    | { readonly kind: 'id'; readonly as: 'integer' | 'text' }
    /** A point in time in any form that the identity scheme reads (docs/identity.md). Normalized: RFC 3339 UTC, `Z`. */
    | { readonly kind: 'instant' }
    /** A `…Local` time. Normalized: RFC 3339 that keeps its offset. */
    | { readonly kind: 'localInstant' }
    /** An open object of like values (locale → text). PHP writes an empty one as `[]`; normalized: `{}`. */
    | { readonly kind: 'map'; readonly values: Field }
    | { readonly kind: 'list'; readonly items: Field }
    /** Keys are the names in normalized data. Further members are allowed and pass untouched. */
    | { readonly kind: 'object'; readonly members: Members }
  );

export type Members = Readonly<Record<string, Field>>;

/** The names under which a member arrives, the documented one first. */
export function spellingsOf(key: string, field: FieldFacts): readonly [string, ...string[]] {
  return field.wire ?? [key];
}

/**
 * The names of which a body may hold only one: the spellings, and the member's own name, to which a spelling is renamed.
 * Undefined when there is only one name.
 */
export function rivalsOf(key: string, field: FieldFacts): readonly string[] | undefined {
  const names = [...new Set([...spellingsOf(key, field), key])];
  return names.length > 1 ? names : undefined;
}
