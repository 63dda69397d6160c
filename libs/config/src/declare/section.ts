import { isMapping, MAPPING, type Mapping } from './collections.js';
import { EMPTY_VALUE, type Place } from './place.js';
import {
  isRequired,
  setting,
  type JsonSchema,
  type Section,
  type Settings,
  type Type,
  type Values,
} from './setting.js';
import { didYouMean } from './suggestion.js';
import { oneOf, typeOf } from './types.js';

interface SectionOptions<V, T> {
  /** What the reference page says of a section that is one of several. */
  readonly heading?: string;
  readonly description?: string;
  readonly rules?: readonly SectionRule[];
  /** Makes what the program uses from the values of a section without a problem. */
  readonly into?: (values: V) => T;
}

/** A rule between the keys of one mapping. */
export interface SectionRule {
  /** `given` is the mapping as it is written, `values` what could be read of it, with the defaults. */
  check(given: Mapping, values: Mapping, at: Place): void;
  /** The same in JSON Schema. */
  readonly schema: JsonSchema;
}

/** A mapping with these keys and no others. Unknown keys are reported first, then key by key what is wrong. */
export function section<S extends Settings, T = Values<S>>(
  settings: S,
  { rules = [], into = (values) => values as T, ...about }: SectionOptions<Values<S>, T> = {},
): Section<T> {
  const examples = Object.entries(settings)
    .map(([key, { type, example = type.example }]) => [key, example] as const)
    .filter(([, example]) => example !== undefined);
  return {
    ...about,
    settings,
    ...(examples.length === 0 ? {} : { example: Object.fromEntries(examples) }),
    ...typeOf(MAPPING, sectionSchema(settings, rules, about), isMapping, (value, at) => {
      const given = value as Mapping;
      for (const key of Object.keys(given))
        if (!Object.hasOwn(settings, key)) reportUnknown(key, given, settings, at);
      const values = readKeys(settings, given, at);
      for (const rule of rules) rule.check(given, values, at);
      const isComplete = Object.entries(settings).every(
        ([key, { optional, as = key }]) => optional === true || values[as] !== undefined,
      );
      return isComplete ? into(values as Values<S>) : undefined;
    }),
  };
}

function readKeys(settings: Settings, given: Mapping, at: Place): Mapping {
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const isGiven = Object.hasOwn(given, key);
    const written = isGiven ? given[key] : setting.default;
    if (written === null) at.child(key).markBroken(EMPTY_VALUE);
    else if (written !== undefined) values[setting.as ?? key] = setting.type.read(written, at.child(key));
    else if (isRequired(setting)) at.child(key).add('is required');
  }
  return values;
}

function reportUnknown(key: string, given: Mapping, settings: Settings, at: Place): void {
  const known = Object.keys(settings);
  const hint = didYouMean(key, known) ?? `known here: ${known.join(', ')}`;
  // `{ name: a, s3cret }` and `{ name: a, value:s3cret }` are keys to YAML. Such a key is not repeated.
  const isShown = given[key] !== null && /^[A-Za-z_][\w-]*$/.test(key);
  if (isShown) at.child(key).add(`is not a known key; ${hint}`);
  else at.add(`holds an entry that is no known key and is not shown, as it may be a value; ${hint}`);
}

function sectionSchema(
  settings: Settings,
  rules: readonly SectionRule[],
  { heading, description }: { readonly heading?: string; readonly description?: string },
): JsonSchema {
  const entries = Object.entries(settings);
  const required = entries.filter(([, setting]) => isRequired(setting)).map(([key]) => key);
  return {
    ...(heading === undefined ? {} : { title: heading, description }),
    type: 'object',
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(
      entries.map(([key, { type, description, example, ...options }]) => [
        key,
        {
          description,
          ...type.schema,
          ...(options.default === undefined ? {} : { default: options.default }),
          ...(example === undefined ? {} : { examples: [example] }),
        },
      ]),
    ),
    ...(rules.length === 0 ? {} : { allOf: rules.map((rule) => rule.schema) }),
  };
}

/** One of several sections, told apart by the word under `key`. Of an unknown one nothing else can be judged. */
export function choice<C extends Readonly<Record<string, Section<unknown>>>>(
  key: string,
  sections: C,
): Type<{ [K in keyof C]: C[K] extends Section<infer T> ? T : never }[keyof C]> {
  const choices = Object.values(sections);
  const kind = { [key]: setting(oneOf(Object.keys(sections)), 'Says which.') };
  return {
    choices,
    example: choices.map(({ example }) => example),
    ...typeOf(MAPPING, { oneOf: choices.map(({ schema }) => schema) }, isMapping, (value, at) => {
      const word = (value as Mapping)[key];
      const chosen = typeof word === 'string' && Object.hasOwn(sections, word) ? sections[word] : undefined;
      if (chosen !== undefined) return chosen.read(value, at) as never;
      readKeys(kind, value as Mapping, at);
      return undefined;
    }),
  };
}

/** With `key`, `other` must stand as well. */
export function needs(key: string, other: string): SectionRule {
  return {
    check(given, _, at) {
      if (Object.hasOwn(given, key) && !Object.hasOwn(given, other))
        at.child(other).add(`is required when ${key} is given`);
    },
    schema: { dependentRequired: { [key]: [other] } },
  };
}

/**
 * `key` may stand, or with `isRequired` must stand, exactly where one of `words` stands under `on`. `of` are all words that
 * may stand there; the default is none of `words`.
 */
export function onlyWith(key: string, { on, of, words, isRequired = false }: WordRule): SectionRule {
  const others = of.filter((word) => !words.includes(word));
  const isOneOf = (some: readonly string[]): JsonSchema => ({ properties: { [on]: { enum: some } } });
  return {
    check(given, values, at) {
      const word = values[on];
      // Where the word is wrong, nothing can be said about what must stand beside it.
      if (typeof word !== 'string') return;
      const isGiven = Object.hasOwn(given, key);
      if (!words.includes(word) && isGiven)
        at.child(key).add(`needs ${on} ${words.join(' or ')}, not ${word}`);
      if (words.includes(word) && isRequired && !isGiven) at.child(key).add(`is required with ${on} ${word}`);
    },
    schema: {
      allOf: [
        when(isOneOf(others), { properties: { [key]: false } }),
        ...(isRequired ? [when({ required: [on], ...isOneOf(words) }, { required: [key] })] : []),
      ],
    },
  };
}

interface WordRule {
  readonly on: string;
  readonly of: readonly string[];
  readonly words: readonly string[];
  readonly isRequired?: boolean;
}

function when(condition: JsonSchema, consequence: JsonSchema): JsonSchema {
  // oxlint-disable-next-line unicorn/no-thenable -- the word of JSON Schema
  return { if: condition, then: consequence };
}
