import type { Evidence } from '../evidence.js';

/**
 * What AMPECO documents of one place in a body. One declaration is the source of everything that is said about the
 * place: the JSON Schema of the body, the schema of the normalized data, the conversion between the two, what is
 * sensitive, and the reference page. Data only; `body-schema`, `conformance` and `normalize` compile it.
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
  /** AMPECO calls the member deprecated, and what replaces it, if anything (a path from the same object). */
  readonly deprecated?: { readonly supersededBy?: string };
  /**
   * Spellings under which the member arrives, the documented one first; in normalized data it has its key's name. Absent:
   * it arrives under its key. Several present at once is a collision: all are kept as they came.
   */
  readonly wire?: readonly [string, ...string[]];
}

/** Values are open everywhere: what is not documented passes through and is reported as drift. */
export type Field = FieldFacts &
  (
    | { readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'anything' }
    /**
     * A table of AMPECO's values; `standard` names the table of `standards` that maps them. `aliases` leads from a
     * spelling on the wire to the value that stands for it in normalized data (`{ cancelled: 'canceled' }`): every key
     * is a documented spelling too, whether or not `values` lists it, and every target a value of the normalized field.
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

/** Tables of equivalents in the standards: OCPP 1.6, OCPP 2.0.1, OCPI 2.2.1. */
export type StandardTable =
  | 'hardwareStatus'
  | 'sessionStatus'
  | 'stopReason'
  | 'measurand'
  | 'diagnosticsStatus'
  | 'authorizationStatus';
