// Identity scheme 1, frozen: a change here changes event ids and needs scheme 2 (docs/identity.md).
import type { JsonObject, JsonValue } from '../../json/json-value.js';
import { parseInstant } from './instant.js';

/**
 * When the notification says it happened: the first entry of one ordered list, the same for every notification name,
 * that holds a string {@link parseInstant} reads. Values of any other shape are passed over. Total.
 *
 * @returns ms since 1970 UTC, not clamped; undefined for an undated body
 */
export function ownTime(body: JsonObject): number | undefined {
  const session = asObject(body['session']);
  return (
    read(body['timestamp']) ??
    read(body['stoppedAtTimestamp']) ??
    read(body['startedAtTimestamp']) ??
    read(body['appliedAt']) ??
    read(body['lastUpdatedAt']) ??
    read(body['updatedAt']) ??
    read(body['createdAt']) ??
    read(session?.['lastUpdatedAt']) ??
    read(session?.['stoppedAt']) ??
    read(session?.['startedAt']) ??
    findLatest(body['meterValues'], 'timestamp') ??
    findLatest(body['currentConsumption'], 'lastUpdatedAt') ??
    findLatest(body['configuration'], 'lastUpdatedAt') ??
    findLatest(body['configuration'], 'timestamp')
  );
}

function read(value: JsonValue | undefined): number | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined;
}

/** The latest of the elements' times that parse. */
function findLatest(elements: JsonValue | undefined, member: string): number | undefined {
  if (!Array.isArray(elements)) return undefined;
  let latest: number | undefined;
  for (const element of elements as readonly JsonValue[]) {
    const at = read(asObject(element)?.[member]);
    if (at !== undefined && (latest === undefined || at > latest)) latest = at;
  }
  return latest;
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
