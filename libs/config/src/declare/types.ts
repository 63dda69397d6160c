import { parseDuration } from '../values/duration.js';
import { MAX_SECRET_BYTES, Secret, secretLengthProblem } from '../values/secret.js';
import type { Place } from './place.js';
import type { JsonSchema, Type } from './setting.js';
import { didYouMean } from './suggestion.js';

/** Says why a value is wrong, or undefined when it is right. Never quotes the value. */
export type Rule<V = unknown> = (value: V) => string | undefined;

/** A type whose values keep the rule; `into` makes what the program uses. */
export function typeOf<T>(
  title: string,
  schema: JsonSchema,
  rule: Rule,
  into: (value: unknown, at: Place) => T | undefined,
): Type<T> {
  return {
    title,
    schema,
    read(value, at) {
      const why = rule(value);
      return why === undefined ? into(value, at) : at.add(why);
    },
  };
}

/** A type of texts that are not empty and keep the rule. Variables need no schema. */
export function textType<T = string>(
  title: string,
  rule: Rule<string>,
  { schema = {}, into = (text) => text as T }: TextOptions<T> = {},
): Type<T> {
  const isRight: Rule = (value) => isText(value) ?? rule(value as string);
  return typeOf(title, schema, isRight, (value, at) => into(value as string, at));
}

interface TextOptions<T> {
  readonly schema?: JsonSchema;
  readonly into?: (text: string, at: Place) => T | undefined;
}

/** A type of texts that match; `why` says what they must be. */
export function matching(title: string, pattern: RegExp, why: string): Type<string> {
  return textType(title, (text) => (pattern.test(text) ? undefined : why), { schema: written(pattern) });
}

export const isText: Rule = (value) => {
  if (typeof value === 'number' || typeof value === 'boolean') return 'must be text; put it in quotes';
  if (typeof value !== 'string') return 'must be text';
  return value === '' ? 'must not be empty' : undefined;
};

/** Schema of a text that matches, or is a reference to one. */
export function written(pattern: RegExp): JsonSchema {
  return { anyOf: [{ type: 'string', pattern: pattern.source }, REFERENCE] };
}
const REFERENCE = { $ref: '#/$defs/reference' };
export const REFERENCE_SCHEMA: JsonSchema = {
  title: 'reference',
  type: 'string',
  pattern: /\$\{[A-Za-z_][A-Za-z0-9_]*\}|^file:/.source,
};

export function oneOf<const W extends readonly string[]>(words: W): Type<W[number]> {
  const quoted = words.map((word) => `\`${word}\``);
  const title = [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ');
  const schema = words.length === 1 ? { const: words[0] } : { anyOf: [{ enum: words }, REFERENCE] };
  return textType(title, wordRule(words), { schema });
}

export function wordRule(words: readonly string[]): Rule<string> {
  return (text) =>
    words.includes(text)
      ? undefined
      : [`must be ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`, didYouMean(text, words)]
          .filter((part) => part !== undefined)
          .join('; ');
}

export const text = textType('text', () => undefined, { schema: { type: 'string', minLength: 1 } });

/** Names of tenants, sources and secrets: they stand in URLs, metrics and logs. */
export const name = matching(
  'name: 1 to 63 of `a-z`, `0-9`, `-`',
  /^[a-z0-9][a-z0-9-]{0,62}$/,
  'must be 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit',
);

/** The same texts, each kept in a {@link Secret}. */
export function secret(type: Type<string>): Type<Secret> {
  return {
    ...type,
    read(value, at) {
      const read = type.read(value, at);
      return read === undefined ? undefined : new Secret(read);
    },
  };
}

/** A secret is compared byte for byte: white space around it is always a slip of copying. */
export const secretText = secret(
  textType(
    'secret text',
    (text) =>
      text.trim() === text
        ? secretLengthProblem(text)
        : 'starts or ends with white space, which would be part of the secret; remove it',
    {
      schema: {
        type: 'string',
        pattern: /^\S(?:[\s\S]*\S)?$/.source,
        maxLength: MAX_SECRET_BYTES,
      },
    },
  ),
);

/** Certificates and keys; the usual slip is a path in place of the content. */
export const pem = matching(
  'PEM text',
  /-----BEGIN /,
  'must be PEM text; to name a file that holds it write file: before its path',
);

/** Reads to milliseconds. */
export function duration(least: string, most: string): Type<number> {
  const [leastMs = 0, mostMs = 0] = [least, most].map(parseDuration);
  return typeOf(
    'duration (`500ms`, `30s`, `10m`, `1h`, `7d`)',
    written(/^\d{1,15}(ms|s|m|h|d)$/),
    (value) => {
      const ms = typeof value === 'string' ? parseDuration(value) : undefined;
      if (ms === undefined) return 'must be a duration: a whole number and one of ms, s, m, h, d, like 10m';
      return ms >= leastMs && ms <= mostMs ? undefined : `must be from ${least} to ${most}`;
    },
    (value) => parseDuration(value as string),
  );
}

export function wholeNumber(minimum: number, maximum: number): Type<number> {
  return typeOf(
    `whole number, ${minimum} to ${maximum}`,
    { type: 'integer', minimum, maximum },
    wholeNumberRule(minimum, maximum),
    Number,
  );
}

/** One of a few numbers, each with a meaning of its own. */
export function oneOfNumbers<const N extends readonly number[]>(numbers: N): Type<N[number]> {
  return typeOf(
    numbers.map((number) => `\`${number}\``).join(', '),
    { enum: numbers },
    (value) => (numbers.includes(value as number) ? undefined : `must be one of ${numbers.join(', ')}`),
    (value) => value as N[number],
  );
}

export function wholeNumberRule(least: number, most: number): Rule {
  return (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;
}
