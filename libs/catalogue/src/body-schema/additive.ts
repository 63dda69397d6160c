import type { JsonSchema } from './json-schema.js';

/**
 * The changes from one state of a schema to the next that break its readers: a member or a value that is gone, another type
 * or format, a member that is newly required or no longer required, a spelling that is no longer renamed. Empty when the
 * new schema only adds members, values, spellings or descriptions. Each line begins with the place.
 */
export function breakingChanges(before: JsonSchema, after: JsonSchema, at = 'data'): readonly string[] {
  return [
    ...differences(before, after, at),
    // A schema whose list of values is removed allows more than before.
    ...goneFrom(before.enum, after.enum ?? before.enum).map(
      (value) => `${at}: the value ${JSON.stringify(value)} is gone`,
    ),
    ...goneFrom(before['x-wire'], after['x-wire']).map(
      (spelling) => `${at}: no longer read from "${spelling}"`,
    ),
    ...goneFrom(before.required, after.required).map((name) => `${at}.${name}: is no longer required`),
    ...goneFrom(after.required, before.required).map((name) => `${at}.${name}: is newly required`),
    ...Object.entries(before.properties ?? {}).flatMap(([name, member]) => {
      const now = after.properties?.[name];
      return now === undefined ? [`${at}.${name}: is gone`] : breakingChanges(member, now, `${at}.${name}`);
    }),
    ...inside(before.items, after.items, `${at}[]`),
    ...inside(before.additionalProperties, after.additionalProperties, `${at}.*`),
  ];
}

function differences(before: JsonSchema, after: JsonSchema, at: string): string[] {
  return (['type', 'format', 'const'] as const)
    .filter((keyword) => JSON.stringify(before[keyword]) !== JSON.stringify(after[keyword]))
    .map((keyword) => `${at}: ${keyword} was ${shown(before[keyword])} and is ${shown(after[keyword])}`);
}

function goneFrom<T>(before: readonly T[] = [], after: readonly T[] = []): readonly T[] {
  return before.filter((value) => !after.includes(value));
}

function inside(
  before: JsonSchema | boolean | undefined,
  after: JsonSchema | boolean | undefined,
  at: string,
): readonly string[] {
  if (typeof before !== 'object') return [];
  return typeof after === 'object' ? breakingChanges(before, after, at) : [`${at}: is no longer described`];
}

function shown(value: JsonSchema['type']): string {
  return value === undefined ? 'anything' : [value].flat().join(' or ');
}
