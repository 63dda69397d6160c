import { EMPTY_VALUE, type Place } from './place.js';
import type { Type } from './setting.js';
import { typeOf, type Rule } from './types.js';

export type Mapping = Readonly<Record<string, unknown>>;

export const MAPPING = 'mapping';

export const isMapping: Rule = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? undefined
    : 'must be a mapping of keys to values';

/** A rule between the items of a list. */
export type ListRule = (list: readonly unknown[], at: Place) => void;

interface ListOptions {
  readonly mayBeEmpty?: boolean;
  /** A single text may stand without the brackets of a list. */
  readonly isOneEnough?: boolean;
  readonly rules?: readonly ListRule[];
}

/** A list without repetitions. Reads to the items that could be read. */
export function listOf<T>(
  item: Type<T>,
  { mayBeEmpty = false, isOneEnough = false, rules = [] }: ListOptions = {},
): Type<readonly T[]> {
  const isOfMappings = item.title === MAPPING;
  const schema = {
    type: 'array',
    ...(mayBeEmpty ? {} : { minItems: 1 }),
    ...(isOfMappings ? {} : { uniqueItems: true }),
    items: item.schema,
  };
  return {
    title: isOneEnough
      ? `${item.title.replace(' or ', ', ')}, or a list of these`
      : `list of ${isOfMappings ? 'mappings' : item.title}`,
    schema: isOneEnough ? { anyOf: [item.schema, schema] } : schema,
    item,
    ...(item.example === undefined ? {} : { example: [item.example].flat() }),
    read(value, at) {
      const list: unknown = isOneEnough && typeof value === 'string' ? [value] : value;
      if (!Array.isArray(list)) return at.add('must be a list');
      if (list.length === 0 && !mayBeEmpty) return at.add('needs at least one entry');
      const read = list.map((entry, index) => {
        const first = isOfMappings ? index : list.indexOf(entry);
        const place = at.child(index);
        return first === index ? item.read(entry, place) : place.add(`repeats entry [${first}]`);
      });
      for (const rule of rules) rule(list, at);
      return read.filter((entry) => entry !== undefined);
    },
  };
}

/** Reports every text under `key` that stands a second time in a list of mappings, at the later place. */
export function distinct(key: string, why: (firstPath: string) => string): ListRule {
  return (list, at) => {
    const firstAt = new Map<string, string>();
    for (const [index, item] of list.entries()) {
      const text = isMapping(item) === undefined ? (item as Mapping)[key] : undefined;
      if (typeof text !== 'string') continue;
      const first = firstAt.get(text);
      if (first === undefined) firstAt.set(text, at.child(index).path);
      else at.child(index).child(key).add(why(first));
    }
  };
}

/** A mapping from names that are not known beforehand. Reads to an object without prototype. */
export function mappingOf<T>(type: Type<T>): Type<Readonly<Record<string, T>>> {
  const schema = { type: 'object', additionalProperties: type.schema };
  return typeOf(MAPPING, schema, isMapping, (given, at) => {
    const values = Object.create(null) as Record<string, T>;
    for (const [key, entry] of Object.entries(given as Mapping)) {
      const place = at.child(key);
      const value = entry === null ? place.add(EMPTY_VALUE) : type.read(entry, place);
      if (value !== undefined) values[key] = value;
    }
    return values;
  });
}
