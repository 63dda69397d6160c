import type { Type } from '@nestjs/common';
import { Type as Instantiate } from 'class-transformer';
import { getMetadataStorage, IsObject, ValidateNested } from 'class-validator';
import * as json from './schema.js';
import type { Json, Schema } from './schema.js';

const DESCRIPTION = Symbol('chargelog:description');
const NAME = Symbol('chargelog:schema-name');

interface Description {
  readonly text: string;
  readonly example?: unknown;
  /** True where null says the same as leaving the member out; bodies only. */
  readonly nullable?: boolean;
  /** What the checks of the property do not show. */
  readonly schema?: Schema;
}

/** Says of a parameter, or a member of a body, what its checks cannot: what it means, and a value of it. */
export function Described(text: string, more: Omit<Description, 'text'> = {}): PropertyDecorator {
  return (target, property) => Reflect.defineMetadata(DESCRIPTION, { ...more, text }, target, property);
}

/** The class stands in the document under this name rather than at each place that takes it. */
export function NamedSchema(name: string, description?: string): ClassDecorator {
  return (type) => Reflect.defineMetadata(NAME, { name, description }, type);
}

/** A member that is an object of its own, read and checked by another class. */
export function Nested(type: () => Type): PropertyDecorator {
  return (target, property) => {
    Instantiate(type)(target, property);
    ValidateNested({ context: { nested: type } satisfies CheckContext })(target, property);
    IsObject()(target, property);
  };
}

/** What a check of our own says of itself, as `context` of its rule. */
export interface CheckContext {
  readonly schema?: Schema;
  /** Follows the description of each property that has the check. */
  readonly says?: string;
  readonly nested?: () => Type;
}

/** A parameter or member as the checks of its class have it. */
export interface Member {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly example: unknown;
}

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/**
 * What a class takes, in the order of its properties, inherited ones first.
 *
 * @throws Error for a class without checks (a parameter on its own, for instance), and for a check whose schema is not
 *   known here: a limit that is enforced must not be missing in the document.
 */
export function membersOf(type: Type): readonly Member[] {
  const presets = new type() as Readonly<Record<string, unknown>>;
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  if (rules.length === 0)
    throw new Error(`${type.name} checks nothing, so what it takes cannot be described`);
  const byProperty = new Map<string, Rule[]>();
  for (const rule of rules.toSorted((a, b) => depthOf(a) - depthOf(b))) {
    const own = byProperty.get(rule.propertyName);
    if (own === undefined) byProperty.set(rule.propertyName, [rule]);
    else own.push(rule);
  }
  return [...byProperty].map(([name, own]) => memberOf(type, name, own, presets[name]));
}

/** The schema of a class that reads a body. */
export function schemaOf<T>(type: Type<T>): Json<T> {
  const required: Record<string, Json<unknown>> = {};
  const optional: Record<string, Json<unknown>> = {};
  for (const member of membersOf(type))
    (member.required ? required : optional)[member.name] = json.schema(member.schema, member.description);
  const about = Reflect.getOwnMetadata(NAME, type) as { name: string; description?: string } | undefined;
  const schema = json.schema<T>(json.object(required, optional), about?.description);
  return about === undefined ? schema : json.named(about.name, schema);
}

/** How many classes stand above the one that declared the rule. */
function depthOf({ target }: Rule): number {
  let depth = 0;
  for (let at: unknown = target; at !== null; at = Object.getPrototypeOf(at)) depth += 1;
  return depth;
}

function memberOf(type: Type, name: string, rules: readonly Rule[], preset: unknown): Member {
  const about = Reflect.getMetadata(DESCRIPTION, type.prototype as object, name) as Description | undefined;
  let schema: Schema = { ...schemaOfRules(`${type.name}.${name}`, rules), ...about?.schema };
  if (about?.nullable === true) schema = json.nullable(schema);
  const texts = [about?.text, ...rules.map((rule) => contextOf(rule).says)].filter(
    (text) => text !== undefined,
  );
  return {
    name,
    schema: preset === undefined ? schema : { ...schema, default: preset },
    required: preset === undefined && !rules.some(({ name: check }) => check === 'isOptional'),
    description: texts.length === 0 ? undefined : texts.join(' '),
    example: about?.example,
  };
}

function schemaOfRules(name: string, rules: readonly Rule[]): Schema {
  let own: Schema = {};
  let items: Schema | undefined;
  for (const rule of rules) {
    const { nested } = contextOf(rule);
    if (nested !== undefined) return schemaOf(nested());
    const part = schemaOfRule(rule);
    if (part === undefined) throw new Error(`${name}: the check ${rule.name} has no schema`);
    if (rule.each) items = { ...items, ...part };
    else own = { ...own, ...part };
  }
  return items === undefined ? own : { type: 'array', ...own, items };
}

function contextOf({ context }: Rule): CheckContext {
  return (context ?? {}) as CheckContext;
}

function schemaOfRule(rule: Rule): Schema | undefined {
  const { schema } = contextOf(rule);
  return schema ?? SCHEMA_OF_CHECK[rule.name ?? '']?.(rule.constraints?.[0]);
}

/** The checks of class-validator that are in use, by the names it gives them; each with its first argument. */
const SCHEMA_OF_CHECK: Readonly<Record<string, (limit: unknown) => Schema>> = {
  isOptional: () => ({}),
  isDefined: () => ({}),
  isString: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isObject: () => ({ type: 'object' }),
  isArray: () => ({ type: 'array' }),
  isUuid: () => json.uuid(),
  isIn: (values) => ({ type: typeof (values as unknown[])[0], enum: values as readonly string[] }),
  matches: (pattern) => ({ type: 'string', ...portable(pattern as RegExp) }),
  min: (minimum) => ({ minimum: minimum as number }),
  max: (maximum) => ({ maximum: maximum as number }),
  minLength: (minLength) => ({ minLength: minLength as number }),
  maxLength: (maxLength) => ({ maxLength: maxLength as number }),
  arrayMinSize: (minItems) => ({ minItems: minItems as number }),
  arrayMaxSize: (maxItems) => ({ maxItems: maxItems as number }),
  arrayUnique: () => ({ uniqueItems: true }),
};

/**
 * The pattern in what the regular expressions of all languages share, because readers of the document check with their
 * own. Where that cannot be (categories of Unicode with many parts), there is none, and the text has to say what is taken.
 */
function portable({ source }: RegExp): Pick<Schema, 'pattern'> {
  const pattern = source
    .replaceAll('\\0', '\\u0000')
    .replaceAll('\\d', '[0-9]')
    .replaceAll('\\/', '/')
    .replaceAll('\\p{Cs}', '\\ud800-\\udfff')
    .replaceAll('\\p{Cc}', '\\u0000-\\u001f\\u007f-\\u009f');
  return pattern.includes('\\p{') ? {} : { pattern };
}
