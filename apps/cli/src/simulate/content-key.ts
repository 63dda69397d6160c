import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '@chargelog/domain';

/**
 * Names the content of a body, whatever its key order, spacing and escaping: SHA-256 over the JSON with sorted keys,
 * 128 bits of it. A private measure of the simulator, made apart from the gateway's identity scheme on purpose, so that
 * a fault there cannot hide in both.
 */
export function contentKey(body: JsonValue): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(body)))
    .digest('base64url')
    .slice(0, 22);
}

function sortKeys(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const object = value as JsonObject;
  // A list of pairs, because an object would move integer-like names to the front again; inside an object, so that a
  // list in the body can never read the same.
  const members = Object.keys(object)
    .sort()
    .map((name) => [name, sortKeys(object[name]!)]);
  return { members };
}
