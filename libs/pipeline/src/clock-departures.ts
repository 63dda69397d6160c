import type { Departure } from '@chargelog/catalogue';
import {
  AHEAD_TOLERANCE_MS,
  EventFlag,
  ownTimePath,
  unsetClockPaths,
  type JsonObject,
} from '@chargelog/domain';

const NOT_AHEAD = `at most ${AHEAD_TOLERANCE_MS / 60_000} minutes after arrival`;
const COUNTED = 'time from 2015 to 2035';

/** Where the body shows that a clock was wrong: why its event is marked `ahead`, or is undated although a time is in it. */
export function clockDepartures(body: JsonObject, flags: number): readonly Departure[] {
  if (flags & EventFlag.undated) {
    return unsetClockPaths(body).map((path) => ({ path, kind: 'wrong-clock', expected: COUNTED }));
  }
  if (!(flags & EventFlag.ahead)) return [];
  return [{ path: ownTimePath(body) ?? '', kind: 'wrong-clock', expected: NOT_AHEAD }];
}
