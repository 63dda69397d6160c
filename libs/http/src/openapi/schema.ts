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
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly default?: unknown;
}

/** A schema and the type of what it describes in one, so that a handler cannot return something other than is described. */
export type Json<T> = Schema & { readonly [TYPE]: T };
/** The type of what a schema describes. */
export type Of<S> = S extends { readonly [TYPE]: infer T } ? T : never;

type Members = Readonly<Record<string, Json<unknown>>>;
type Shape<M extends Members> = { readonly [K in keyof M]: Of<M[K]> };

/** A schema that is written out; what it describes is the caller's word. */
export function schema<T = unknown>(keywords: Schema, description?: string): Json<T> {
  return (description === undefined ? keywords : { ...keywords, description }) as Json<T>;
}

/** The same with what is to be said of it here. */
export const described = <T>(given: Json<T>, description: string) => schema<T>(given, description);

export const text = (description?: string) => schema<string>({ type: 'string' }, description);
export const count = (description?: string) => schema<number>({ type: 'integer' }, description);
export const flag = (description?: string) => schema<boolean>({ type: 'boolean' }, description);
export const instant = (description?: string) =>
  schema<string>({ type: 'string', format: 'date-time' }, description);

const UUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';
export const uuid = (description?: string) =>
  schema<string>({ type: 'string', format: 'uuid', pattern: UUID }, description);

export const pattern = (expression: string, description?: string) =>
  schema<string>({ type: 'string', pattern: expression }, description);
/** In decimal digits; may be larger than a double holds. */
export const position = (description?: string) => pattern('^[0-9]+$', description);
export const decimalId = (description?: string) => pattern('^(0|[1-9][0-9]{0,17})$', description);
export const sourceName = (description?: string) => pattern('^[a-z0-9-]{1,64}$', description);

export function oneOf<const V extends string>(values: readonly V[], description?: string): Json<V> {
  return schema({ type: 'string', enum: values }, description);
}
export const transport = () => oneOf(['webhook', 'kafka']);

export function literal<const V extends string>(value: V): Json<V> {
  return schema({ type: 'string', const: value });
}

export function orNull<T>(given: Json<T>, description?: string): Json<T | null> {
  return schema(nullable(given), description);
}

/** Null beside what the schema takes. */
export function nullable(given: Schema): Schema {
  if (given.type === undefined || given.properties !== undefined) return { oneOf: [given, { type: 'null' }] };
  return {
    ...given,
    type: [given.type, 'null'].flat(),
    ...(given.enum && { enum: [...given.enum, null] }),
  };
}

export function either<S extends readonly Json<unknown>[]>(...schemas: S): Json<Of<S[number]>> {
  return schema({ oneOf: schemas });
}

export function listOf<T>(items: Json<T>, description?: string): Json<readonly T[]> {
  return schema({ type: 'array', items }, description);
}

export const atMost = <T>(maxItems: number, list: Json<T>) => schema<T>({ ...list, maxItems });

export function mapOf<T>(values: Json<T>, description?: string): Json<Readonly<Record<string, T>>> {
  return schema({ type: 'object', additionalProperties: values }, description);
}

export const anyObject = () => schema<Readonly<Record<string, unknown>>>({ type: 'object' });

/** With these members, those of the second argument if any, and no others. */
export function object<const R extends Members>(required: R): Json<Shape<R>>;
export function object<const R extends Members, const O extends Members>(
  required: R,
  optional: O,
): Json<Shape<R> & Partial<Shape<O>>>;
export function object(required: Members, optional: Members = {}): Json<object> {
  return schema({
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  });
}

/** A schema that the document holds once, among its components, and refers to wherever it is used. */
export function named<T>(name: string, definition: Json<T>): Json<T> {
  return schema({ $ref: `#/components/schemas/${name}`, [DEFINITION]: definition });
}

/** A list that is answered whole. */
export const wholeList = <T>(items: Json<T>) => object({ data: listOf(items) });

/** A list that is answered by pages. */
export const page = <T>(items: Json<T>) => object({ data: listOf(items), next: orNull(text()) });

/** Beside the `headers` of a delivery. */
export const maskedHeaders = () =>
  listOf(
    text(),
    'Headers that are left out for a key without events:read-sensitive: those whose names tell of secrets, and `:key`, the key of a Kafka record.',
  );

/** The values of a union of texts, none forgotten: a value that is missing here does not compile. */
export function valuesOf<T extends string>(values: Readonly<Record<T, true>>): readonly T[] {
  return Object.keys(values) as T[];
}
