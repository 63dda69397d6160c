// Identity scheme 1, frozen from the first release on: a change here changes event ids and then needs scheme 2
// (docs/identity.md).
import type { JsonObject, JsonValue } from '../../json/json-value.js';
import { parseInstant } from './instant.js';

/**
 * Own times count from EARLIEST, inclusive, to LATEST, exclusive. Outside are clocks that were never set: chargers report
 * 1970 or 2000 after a boot, and 2036 where the seconds of NTP begin anew. The bounds are absolute, because a copy that
 * arrives later must get the same id.
 */
const EARLIEST = 1_420_070_400_000; // 2015-01-01T00:00:00Z
const LATEST = 2_082_758_400_000; // 2036-01-01T00:00:00Z

/** @param at ms since 1970 UTC */
export function isCountedTime(at: number): boolean {
  return at >= EARLIEST && at < LATEST;
}

function isOutside(at: number): boolean {
  return !isCountedTime(at);
}

/** Whether a time is looked for. */
type Test = (at: number) => boolean;

/** Where a body may hold its own time. */
interface Place {
  /** JSON Pointer, `*` for the elements of an array. */
  readonly path: string;
  /** The time that stands there and passes, of several the latest. */
  readonly find: (body: JsonObject, passes: Test) => number | undefined;
}

/** One order for every notification name. Part of the scheme. */
const PLACES: readonly Place[] = [
  member('timestamp'),
  member('stoppedAtTimestamp'),
  member('startedAtTimestamp'),
  member('appliedAt'),
  member('lastUpdatedAt'),
  member('updatedAt'),
  member('createdAt'),
  ofSession('lastUpdatedAt'),
  ofSession('stoppedAt'),
  ofSession('startedAt'),
  latestOf('meterValues', 'timestamp'),
  latestOf('currentConsumption', 'lastUpdatedAt'),
  latestOf('configuration', 'lastUpdatedAt'),
  latestOf('configuration', 'timestamp'),
];

/**
 * When the notification says it happened: at the first of the places that holds a string which {@link parseInstant} reads
 * as a time from 2015 to 2035. Values of any other shape, and other times, are passed over. Total.
 *
 * @returns ms since 1970 UTC; undefined for an undated body
 */
export function ownTime(body: JsonObject): number | undefined {
  for (const { find } of PLACES) {
    const at = find(body, isCountedTime);
    if (at !== undefined) return at;
  }
  return undefined;
}

/** Where {@link ownTime} is found, a JSON Pointer with `*` for elements of arrays. */
export function ownTimePath(body: JsonObject): string | undefined {
  return PLACES.find(({ find }) => find(body, isCountedTime) !== undefined)?.path;
}

/** The places that hold a time of a clock that was never set. */
export function unsetClockPaths(body: JsonObject): string[] {
  return PLACES.filter(({ find }) => find(body, isOutside) !== undefined).map(({ path }) => path);
}

function member(name: string): Place {
  return { path: `/${name}`, find: (body, passes) => read(body[name], passes) };
}

function ofSession(name: string): Place {
  return {
    path: `/session/${name}`,
    find: (body, passes) => read(asObject(body['session'])?.[name], passes),
  };
}

function latestOf(array: string, name: string): Place {
  return {
    path: `/${array}/*/${name}`,
    find: (body, passes) => {
      const elements = body[array];
      if (!Array.isArray(elements)) return undefined;
      let latest: number | undefined;
      for (const element of elements as readonly JsonValue[]) {
        const at = read(asObject(element)?.[name], passes);
        if (at !== undefined && (latest === undefined || at > latest)) latest = at;
      }
      return latest;
    },
  };
}

function read(value: JsonValue | undefined, passes: Test): number | undefined {
  const at = typeof value === 'string' ? parseInstant(value) : undefined;
  return at !== undefined && passes(at) ? at : undefined;
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
