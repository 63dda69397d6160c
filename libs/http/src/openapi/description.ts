import type { GatewayErrorCode } from '@chargelog/domain';
import type { Scope } from '../caller/scopes.js';

/** JSON Schema 2020-12, as OpenAPI 3.1 takes it; only the keywords that the API needs. */
export interface Schema {
  readonly $ref?: string;
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
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

export interface ParameterDescription {
  readonly in: 'query' | 'path' | 'header';
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
  readonly required?: boolean;
  readonly example?: unknown;
}

export interface AnswerDescription {
  readonly description: string;
  /** By media type; absent for an answer without content. */
  readonly content?: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;
}

export interface OperationDescription {
  readonly id: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With parameters in braces: `/v1/events/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** The scope a key needs; `open` for anybody; `signature` for what AMPECO signs. */
  readonly access: Scope | 'open' | 'signature';
  readonly parameters?: readonly ParameterDescription[];
  /** JSON; a call that takes a body needs one. */
  readonly body?: {
    readonly description: string;
    readonly schema: Schema;
    readonly example: unknown;
  };
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** What it answers where it cannot do what was asked, besides what the access brings along. */
  readonly problems: readonly GatewayErrorCode[];
}

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

export function json(schema: Schema, example?: unknown): AnswerDescription['content'] {
  return { 'application/json': example === undefined ? { schema } : { schema, example } };
}

export function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = Object.keys(properties),
): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** A list that is answered whole. */
export function listOf(items: Schema): Schema {
  return object({ data: { type: 'array', items } });
}

/** A list that is answered by pages; `more` stands beside what every page has. */
export function pageOf(items: Schema, more: Readonly<Record<string, Schema>> = {}): Schema {
  return object({ data: { type: 'array', items }, next: { type: ['string', 'null'] }, ...more });
}

export function answer(description: string, schema: Schema, example?: unknown): AnswerDescription {
  return { description, content: json(schema, example) };
}

export const UUID: Schema = {
  type: 'string',
  format: 'uuid',
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
};

export const INSTANT: Schema = { type: 'string', format: 'date-time' };
export const NULLABLE_INSTANT: Schema = { ...INSTANT, type: ['string', 'null'] };

/** In decimal digits; may be larger than a double holds. */
export const POSITION: Schema = { type: 'string', pattern: '^[0-9]+$' };

export const TRANSPORT: Schema = { type: 'string', enum: ['webhook', 'kafka'] };

/** `next` of a page, copied whole. */
export const CURSOR: Schema = { type: 'string', maxLength: 200 };

/** Beside the `headers` of a delivery. */
export const MASKED_HEADERS: Schema = {
  type: 'array',
  items: { type: 'string' },
  description:
    'Headers that are left out for a key without events:read-sensitive: those whose names tell of secrets, and `:key`, the key of a Kafka record.',
};

export const SOURCE_NAME: Schema = { type: 'string', pattern: '^[a-z0-9-]{1,64}$' };

export const NOTIFICATION_NAME: Schema = {
  type: 'string',
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]{1,255}$',
};

/** Of a decision; not blank. */
export const STATED_REASON: Schema = object({
  reason: {
    type: 'string',
    maxLength: 1_000,
    pattern: '^[^\\u0000\\ud800-\\udfff]*[^\\s\\u0000\\ud800-\\udfff][^\\u0000\\ud800-\\udfff]*$',
  },
});

/** What every read of the event store may meet. */
export const STORE_PROBLEMS = [
  'store-away',
  'query-timeout',
  'overloaded',
] as const satisfies readonly GatewayErrorCode[];
/** What every call with parameters may meet. */
export const QUERY_PROBLEMS = ['invalid-parameter'] as const satisfies readonly GatewayErrorCode[];
/** What every call with a body may meet. */
export const BODY_PROBLEMS = ['invalid-body'] as const satisfies readonly GatewayErrorCode[];
export const CURSOR_PROBLEMS = [
  'invalid-cursor',
  'cursor-filter-mismatch',
  'epoch-changed',
] as const satisfies readonly GatewayErrorCode[];
