/** Holds the schema that a named reference leads to. */
export const DEFINITION = Symbol('chargelog:definition');
declare const TYPE: unique symbol;

/** JSON Schema 2020-12, as OpenAPI 3.1 takes it; only the keywords that the API needs. */
export interface Schema {
  readonly $ref?: string;
  readonly [DEFINITION]?: Schema;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: Schema;
  readonly properties?: Members;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly default?: unknown;
}

export type Members = Readonly<Record<string, Schema>>;

/** A schema that a program made, so that its type cannot be read off it. */
export type SchemaOf<T> = Schema & { readonly [TYPE]: T };

/** A reference that carries what it leads to; `named` makes it. */
export interface Named<S extends Schema> {
  readonly $ref: string;
  readonly [DEFINITION]: S;
}

interface ClosedObject<P extends Members, R> {
  readonly type: 'object';
  readonly properties: P;
  readonly required: readonly R[];
  readonly additionalProperties: false;
}

/** The type of what a schema describes, so that a handler and the description of its answer cannot differ. */
export type JsonOf<S> = S extends { readonly [TYPE]: infer T }
  ? T
  : S extends { readonly [DEFINITION]: infer D }
    ? JsonOf<D>
    : S extends { readonly const: infer C }
      ? C
      : S extends { readonly enum: readonly (infer E)[] }
        ? E
        : S extends { readonly oneOf: readonly (infer O)[] }
          ? JsonOf<O>
          : S extends { readonly type: readonly (infer T)[] }
            ? OfType<S, T>
            : S extends { readonly type: infer T }
              ? OfType<S, T>
              : unknown;

type OfType<S, T> = T extends 'string'
  ? string
  : T extends 'integer' | 'number'
    ? number
    : T extends 'boolean'
      ? boolean
      : T extends 'array'
        ? S extends { readonly items: infer I }
          ? readonly JsonOf<I>[]
          : readonly unknown[]
        : T extends 'object'
          ? OfMembers<S>
          : null;

type OfMembers<S> =
  S extends ClosedObject<infer P, infer R>
    ? { readonly [K in keyof P as K extends R ? K : never]: JsonOf<P[K]> } & {
        readonly [K in keyof P as K extends R ? never : K]?: JsonOf<P[K]>;
      }
    : S extends { readonly additionalProperties: infer A extends Schema }
      ? Readonly<Record<string, JsonOf<A>>>
      : Readonly<Record<string, unknown>>;

/** A schema that the document holds once, among its components, and refers to wherever it is used. */
export function named<const S extends Schema>(name: string, schema: S): Named<S> {
  return { $ref: `#/components/schemas/${name}`, [DEFINITION]: schema };
}

/** With these members, those of the second argument if any, and no others. */
export function object<const P extends Members>(required: P): ClosedObject<P, keyof P>;
export function object<const P extends Members, const O extends Members>(
  required: P,
  optional: O,
): ClosedObject<P & O, keyof P>;
export function object(required: Members, optional: Members = {}): ClosedObject<Members, string> {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

export function arrayOf<const S extends Schema>(items: S): { readonly type: 'array'; readonly items: S } {
  return { type: 'array', items };
}

export function orNull<const S extends Schema>(
  schema: S,
): { readonly oneOf: readonly [S, { readonly type: 'null' }] } {
  return { oneOf: [schema, { type: 'null' }] };
}

/** A list that is answered whole. */
export function listOf<const S extends Schema>(items: S) {
  return object({ data: arrayOf(items) });
}

const NEXT = { type: ['string', 'null'] } as const satisfies Schema;

/** A list that is answered by pages. */
export function pageOf<const S extends Schema>(items: S) {
  return object({ data: arrayOf(items), next: NEXT });
}

/** The same with what stands beside the entries. */
export function pageWith<const S extends Schema, const M extends Members>(items: S, more: M) {
  return object({ data: arrayOf(items), next: NEXT, ...more });
}

export const TEXT = { type: 'string' } as const satisfies Schema;
export const COUNT = { type: 'integer' } as const satisfies Schema;
export const FLAG = { type: 'boolean' } as const satisfies Schema;

export const UUID = {
  type: 'string',
  format: 'uuid',
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
} as const satisfies Schema;

export const INSTANT = { type: 'string', format: 'date-time' } as const satisfies Schema;
export const NULLABLE_INSTANT = {
  type: ['string', 'null'],
  format: 'date-time',
} as const satisfies Schema;

/** In decimal digits; may be larger than a double holds. */
export const POSITION = { type: 'string', pattern: '^[0-9]+$' } as const satisfies Schema;

export const TRANSPORT = { type: 'string', enum: ['webhook', 'kafka'] } as const satisfies Schema;

/** Beside the `headers` of a delivery. */
export const MASKED_HEADERS = {
  type: 'array',
  items: TEXT,
  description:
    'Headers that are left out for a key without events:read-sensitive: those whose names tell of secrets, and `:key`, the key of a Kafka record.',
} as const satisfies Schema;

/** The values of a union of texts, none forgotten: a value that is missing here does not compile. */
export function valuesOf<T extends string>(values: Readonly<Record<T, true>>): readonly T[] {
  return Object.keys(values) as T[];
}
