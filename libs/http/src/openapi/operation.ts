import type { GatewayErrorCode } from '@chargelog/domain';
import { uuid, type Json, type Schema } from './schema.js';

const OPERATION = Symbol('chargelog:operation');
const TAG = Symbol('chargelog:tag');
declare const ANSWERED: unique symbol;

/** The groups of the reference, in its order. */
export const TAGS = {
  Intake: 'Where notifications come in.',
  Events: 'What was received, as history.',
  Feed: 'What was received, in order of arrival.',
  Replays: 'Sending stored events again.',
  Reports: 'What the log as a whole says.',
  Quarantine: 'What could not become events.',
  Rejections: 'Deliveries whose signature was not valid, and why.',
  Access: 'Keys, sources, and who did what.',
  Operation: 'Health and metrics.',
  Reference: 'What there is, and what it means.',
} as const;
type TagName = keyof typeof TAGS;

export interface Answer<T = unknown> {
  readonly description: string;
  /** By media type; absent for an answer without content. */
  readonly content?: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;
  readonly [ANSWERED]?: T;
}

export interface PathPart {
  readonly description: string;
  readonly schema: Schema;
  readonly example: string;
}

/** What the code of a handler cannot say of its call. */
export interface OperationText<T = unknown> {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** Every `:name` of the path. */
  readonly path?: Readonly<Record<string, PathPart>>;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly required?: boolean }>>;
  /** Its schema comes from the class that reads it; given here where none does. */
  readonly body?: {
    readonly description: string;
    readonly example: unknown;
    readonly schema?: Schema;
    /** True where the call can do without. */
    readonly isOptional?: boolean;
  };
  /** Under the status that Nest gives the handler. */
  readonly returns: Answer<T>;
  /** By status, where the handler sets another one itself. */
  readonly alsoReturns?: Readonly<Record<number, Answer>>;
  /** What it answers where it cannot do what was asked, besides what its access, parameters and body bring along. */
  readonly problems?: readonly GatewayErrorCode[];
  /** Of an open call that asks for a proof other than a key: what AMPECO signs. */
  readonly proof?: 'signature';
}

/**
 * Describes the call of a handler. Method, path, access, parameters, body and status are read from the other decorators;
 * a call without this one keeps the gateway from starting. The handler has to return what `returns` describes, as a value,
 * as JSON text that is ready, or by the reply.
 */
export function Operation<T>(text: OperationText<T>) {
  return <H extends (...given: never[]) => Returned<T> | Promise<Returned<T>>>(
    _target: object,
    _name: string | symbol,
    { value: handler }: TypedPropertyDescriptor<H>,
  ): void => {
    if (handler !== undefined) Reflect.defineMetadata(OPERATION, text, handler);
  };
}

type Returned<T> = T | string | void;

export function operationOf(handler: object): OperationText | undefined {
  return Reflect.getMetadata(OPERATION, handler) as OperationText | undefined;
}

/** The group of the reference in which the calls of a controller stand. */
export function Tag(name: TagName): ClassDecorator {
  return (controller) => Reflect.defineMetadata(TAG, name, controller);
}

export function tagOf(controller: object): TagName | undefined {
  return Reflect.getMetadata(TAG, controller) as TagName | undefined;
}

/** JSON. */
export function answer<T>(description: string, schema: Json<T>, example?: NoInfer<T>): Answer<T> {
  return {
    description,
    content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
  };
}

/** Something other than JSON. */
export function answerOf(mediaType: string, description: string, schema: Schema): Answer {
  return { description, content: { [mediaType]: { schema } } };
}

/** The `:id` of a path: a UUID of the named thing. */
export function idPart(thing: string, example: string): PathPart {
  return { description: `${thing} id.`, schema: uuid(), example };
}

export const CURSOR_PROBLEMS = [
  'invalid-cursor',
  'cursor-filter-mismatch',
  'epoch-changed',
] as const satisfies readonly GatewayErrorCode[];
