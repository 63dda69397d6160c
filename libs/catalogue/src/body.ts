import type { JsonObject } from '@chargelog/domain';

const MAX_ID_LENGTH = 255;
/** Up to 18 digits always fit a bigint column. */
const DECIMAL = /^(0|[1-9][0-9]{0,17})$/;

/** What stands at the path, through plain objects and their own members only. */
export function valueAt(body: JsonObject, path: readonly string[]): unknown {
  let value: unknown = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

/**
 * An id as text: AMPECO writes the same id as a number in one notification and as a string in another (the session's,
 * for one). What a text column cannot keep (NUL, halves of surrogate pairs) is no id.
 */
export function idText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string' || value === '' || value.length > MAX_ID_LENGTH) return undefined;
  return value.includes('\u0000') || !isWellFormed(value) ? undefined : value;
}

/** An id that fits a bigint column: not negative, at most 18 digits. */
export function idNumber(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  return typeof value === 'string' && DECIMAL.test(value) ? BigInt(value) : undefined;
}

function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
