// Identity scheme 1, frozen from the first release on: a change here changes event ids and then needs scheme 2
// (docs/identity.md).

/** The keys of an object in canonical order, and what stands before each value. */
export interface ObjectShape {
  /** Sorted by UTF-16 units (RFC 8785 §3.2.3). */
  readonly names: readonly string[];
  /** `"name":`, from the second on with a comma before. */
  readonly prefixes: readonly string[];
}

interface CachedShape extends ObjectShape {
  /** The keys as they came. */
  readonly keys: readonly string[];
}

const SLOTS = 1_024;
/** Larger objects, and longer names, are sorted every time: the cache stays below about 20 MiB whatever is sent. */
const MAX_CACHED_KEYS = 64;
const MAX_CACHED_NAME_LENGTH = 64;

/**
 * One shape per slot, the newest. AMPECO's objects come in some hundred shapes, and sorting and quoting their keys
 * again for each body took a third of the whole time of reading and identifying. A collision costs a sort, never a
 * wrong answer: every key is compared.
 */
const slots: (CachedShape | undefined)[] = Array.from({ length: SLOTS });

/** Brings the keys of one object into canonical order. */
export function findShape(keys: readonly string[]): ObjectShape {
  const slot = toSlot(keys);
  const cached = slots[slot];
  if (cached !== undefined && hasSameKeys(cached.keys, keys)) return cached;
  // The default order of sort() is that of UTF-16 units.
  const names = keys.slice().sort();
  const prefixes = names.map((name, index) => `${index === 0 ? '' : ','}${JSON.stringify(name)}:`);
  const shape = { keys, names, prefixes };
  if (keys.length <= MAX_CACHED_KEYS && keys.every((key) => key.length <= MAX_CACHED_NAME_LENGTH))
    slots[slot] = shape;
  return shape;
}

/** Cheap and spread well enough over shapes that differ in number, lengths or first letters of keys. */
function toSlot(keys: readonly string[]): number {
  let hash = keys.length;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    hash = (hash * 31 + key.length * 7 + key.charCodeAt(0)) | 0;
  }
  return hash & (SLOTS - 1);
}

function hasSameKeys(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}
