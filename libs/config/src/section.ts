import { findProblems, knownKeys } from './checks.js';
import { childPath, type DocumentReport } from './document-report.js';
import { isMapping } from './rules.js';
import { didYouMean } from './suggestion.js';
import { EMPTY_VALUE } from './yaml-document.js';

/**
 * Reads a mapping as a section: a class whose decorated properties are its keys. Reports every key that is unknown or
 * breaks its rule, and gives those that keep theirs; a wrong key is absent from the result, so that the caller can go
 * on checking the rest.
 */
export function readSection<T extends object>(
  section: new () => T,
  value: unknown,
  path: string,
  report: DocumentReport,
): Partial<T> {
  const why = isMapping(value);
  if (why !== undefined) {
    report.add(path, why);
    return {};
  }
  const known = knownKeys(section);
  const instance = new section();
  for (const [key, entry] of Object.entries(value as Record<string, unknown>)) {
    // Checked here and not by `forbidNonWhitelisted`: class-validator lets `constructor` and `__proto__` pass.
    if (!known.includes(key)) reportUnknown(key, entry, known, path, report);
    else if (entry === null) report.markBroken(childPath(path, key), EMPTY_VALUE);
    else Object.assign(instance, { [key]: entry });
  }
  for (const { property, index, why } of findProblems(instance)) {
    const at = childPath(path, property);
    report.add(index === undefined ? at : childPath(at, index), why);
    Object.assign(instance, { [property]: undefined });
  }
  return instance;
}

function reportUnknown(
  key: string,
  entry: unknown,
  known: readonly string[],
  path: string,
  report: DocumentReport,
): void {
  const hint = didYouMean(key, known) ?? `known here: ${known.join(', ')}`;
  // `{ name: a, s3cret }` and `{ name: a, value:s3cret }` are keys to YAML. Such a key is not repeated.
  const isShown = entry !== null && /^[A-Za-z_][\w-]*$/.test(key);
  if (isShown) report.add(childPath(path, key), `is not a known key; ${hint}`);
  else
    report.add(path, `holds an entry that is no known key and is not shown, as it may be a value; ${hint}`);
}

/** Calls `read` for every item of a list, if it is one, and gives the items that could be read. */
export function readItems<T>(
  value: unknown,
  path: string,
  read: (item: unknown, path: string) => T | undefined,
): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.map((item, index) => read(item, childPath(path, index))).filter((item) => item !== undefined);
}

/** Reports every value that stands a second time in a list of mappings, at the later place. */
export function reportRepeated(
  list: unknown,
  key: string,
  path: string,
  report: DocumentReport,
  why: (firstPath: string) => string,
): void {
  const firstAt = new Map<string, string>();
  for (const { value, at } of readItems(list, path, (item, at) => ({ value: ownText(item, key), at }))) {
    const first = value === undefined ? undefined : firstAt.get(value);
    if (first !== undefined) report.add(childPath(at, key), why(first));
    else if (value !== undefined) firstAt.set(value, at);
  }
}

function ownText(item: unknown, key: string): string | undefined {
  const value: unknown =
    typeof item === 'object' && item !== null ? (item as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}
