import { parseInstant } from '@chargelog/domain';

const ZULU = 'Z';
/** Length of `YYYY-MM-DDThh:mm`. A zone offset is in whole minutes, so it changes nothing after that. */
const TO_MINUTE = 16;

/** The offset of most of AMPECO's instants. */
export const UTC_OFFSET = '+00:00';

/** The form of most instants in a body, with its quotes. Days 29 to 31, which not every month has, are left to the parser. */
const PLAIN_UTC = /"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\+00:00"/y;

/**
 * Whether the string token at this position is an instant of which {@link toUtcText} would change only the offset. This test
 * is three times faster than parsing, and instants are most of the cost of normalizing.
 */
export function isPlainUtc(text: string, at: number): boolean {
  PLAIN_UTC.lastIndex = at;
  return PLAIN_UTC.test(text);
}

/**
 * Writes an instant, in any form that identity scheme 1 reads, as RFC 3339 in UTC with `T` and `Z`. Seconds and their
 * fraction keep the digits that were sent: no precision is lost or added, but for the `:00` that RFC 3339 needs where the
 * seconds are left out. A leap second stays `:60`. A time without a zone is UTC.
 *
 * @returns undefined for text that does not parse, and where the time in UTC is outside the years 0000 to 9999 of RFC 3339
 */
export function toUtcText(text: string): string | undefined {
  const at = parseInstant(text);
  if (at === undefined) return undefined;
  const zoneAt = findZone(text);
  const seconds = secondsOf(text, zoneAt);
  if (!hasOffset(text, zoneAt)) return `${text.slice(0, 10)}T${text.slice(11, TO_MINUTE)}${seconds}${ZULU}`;
  const utc = new Date(at).toISOString();
  return /^\d/.test(utc) ? `${utc.slice(0, TO_MINUTE)}${seconds}${ZULU}` : undefined;
}

/**
 * Writes a local time as RFC 3339: `T` and `Z` in upper case, seconds and both parts of the offset present, its value kept.
 *
 * @returns undefined for text that does not parse, and for a time without a zone: RFC 3339 needs the offset
 */
export function toLocalText(text: string): string | undefined {
  if (parseInstant(text) === undefined) return undefined;
  const zoneAt = findZone(text);
  if (zoneAt === text.length) return undefined;
  const zone = zoneAt === text.length - 1 ? ZULU : toOffset(text.slice(zoneAt));
  return `${text.slice(0, 10)}T${text.slice(11, TO_MINUTE)}${secondsOf(text, zoneAt)}${zone}`;
}

/** Where the zone begins in a text that parses; the length of the text when it has none. */
function findZone(text: string): number {
  const last = text.at(-1);
  if (last === 'Z' || last === 'z') return text.length - 1;
  // `+hh`, `+hhmm` or `+hh:mm`. In a text that parses no sign stands at these places but that of an offset.
  for (const length of [6, 5, 3]) {
    const sign = text.length - length < TO_MINUTE ? undefined : text.at(-length);
    if (sign === '+' || sign === '-') return text.length - length;
  }
  return text.length;
}

/** `:ss` with the fraction that may follow, as RFC 3339 writes it. */
function secondsOf(text: string, zoneAt: number): string {
  return zoneAt === TO_MINUTE ? ':00' : text.slice(TO_MINUTE, zoneAt).replace(',', '.');
}

/** `+hh:mm` from `+hh`, `+hhmm` or `+hh:mm`. */
function toOffset(zone: string): string {
  if (zone.length === 3) return `${zone}:00`;
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
}

function hasOffset(text: string, zoneAt: number): boolean {
  return zoneAt < text.length - 1 && /[1-9]/.test(text.slice(zoneAt));
}
