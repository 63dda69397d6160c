import type { JsonObject } from './json-value.js';
import { NumberToken, parseKeepingNumbers, type TokenValue } from './number-tokens.js';
import type { ReadNotification } from './read-notification-body.js';

/** A whole number of more digits than a double always holds. Found in strings too, which costs no more than a second look. */
const LONG_INTEGER = /\d{16}/;

/** The body with its long whole numbers as text, digit for digit, as the ids of AMPECO's other notifications are text. */
export function withExactIds(read: ReadNotification): JsonObject {
  if (!read.exactNumbers || !LONG_INTEGER.test(read.text)) return read.value;
  return toExact(parseKeepingNumbers(read.text)) as JsonObject;
}

/** Recurses as deep as the reader let the body nest. */
function toExact(value: TokenValue): unknown {
  if (value instanceof NumberToken) return /^\d+$/.test(value.text) ? value.text : Number(value.text);
  if (Array.isArray(value)) return value.map(toExact);
  if (typeof value !== 'object' || value === null) return value;
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, inner] of Object.entries(value)) object[name] = toExact(inner);
  return object;
}
