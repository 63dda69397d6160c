import type { JsonObject, JsonValue } from '@chargelog/domain';
import type { Random } from '../random.js';
import type { SimulatedNotification } from '../world/notification.js';

const SHUFFLED_KEYS = 0.2;

/** As PHP writes it: most with AMPECO's order of keys, some with any order, as was seen in real deliveries. */
export function webhookBody({ body }: SimulatedNotification, random: Random): Buffer {
  return Buffer.from(phpJson(random.chance(SHUFFLED_KEYS) ? shuffleKeys(body, random) : body), 'ascii');
}

/** The same content in other bytes: any order of keys, plain UTF-8. */
export function kafkaValue({ body }: SimulatedNotification, random: Random): Buffer {
  return Buffer.from(JSON.stringify(shuffleKeys(body, random)), 'utf8');
}

/**
 * Compact JSON as PHP's `json_encode` writes it by default: `/` as `\/`, everything beyond ASCII as `\uXXXX` in lower
 * case (astral characters as two surrogates). Numbers as JSON.stringify writes them, which is the same text for the
 * magnitudes of charging life (PHP writes 1e25 as `1.0e+25`).
 */
export function phpJson(value: JsonValue): string {
  return JSON.stringify(value).replace(/[/\u0080-\uffff]/g, escape);
}

function escape(character: string): string {
  if (character === '/') return '\\/';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The same JSON value with the members of every object in another order. Arrays keep theirs: there it has meaning. */
export function shuffleKeys<T extends JsonValue>(value: T, random: Random): T {
  return shuffle(value, random) as T;
}

function shuffle(value: JsonValue, random: Random): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => shuffle(item, random));
  const members = random.shuffled(Object.entries(value as JsonObject));
  return Object.fromEntries(members.map(([name, member]) => [name, shuffle(member, random)]));
}
