import type { JsonObject, JsonValue } from '@chargelog/domain';
import type { Random } from './random.js';

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
