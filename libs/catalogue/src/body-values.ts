import type { JsonObject } from '@chargelog/domain';

/** The member names that lead from the body to a value. {@link ONLY} steps into an array that has exactly one element. */
export type Path = readonly string[];

export const ONLY = '[only]';

const MAX_ID_LENGTH = 255;
/** 18 digits always fit a bigint column, 19 do not. */
const DECIMAL = /^[0-9]{1,18}$/;

/**
 * The value at a path; undefined where there is none. Paths name only members of AMPECO's bodies, never one that every
 * object inherits, so plain access is safe; a check for own members would take twice the time.
 */
export function valueAt(body: JsonObject, path: Path): unknown {
  let value: unknown = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (name !== ONLY) value = (value as JsonObject)[name];
    else value = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  }
  return value;
}

/** There is no value: no such member, null, or the `""` that AMPECO's captured bodies hold where its specification has null. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/**
 * An id as text: AMPECO writes the same id as a number in one notification and as a string in another (a session's, for
 * example). Undefined for anything else, for a number that JSON parsing may have changed, for text that a Postgres column
 * cannot store (NUL, half a surrogate pair), and for text that is too long for an id. Longer text is not shortened,
 * because two subjects could become one.
 */
export function idText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string' || value === '' || value.length > MAX_ID_LENGTH) return undefined;
  if (DECIMAL.test(value)) return value;
  return value.includes('\u0000') || !value.isWellFormed() ? undefined : value;
}
