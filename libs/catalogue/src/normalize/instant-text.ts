import { parseInstant } from '@chargelog/domain';

const ZULU = 'Z';
/** Length of `YYYY-MM-DDThh:mm`: all that a zone, which has whole minutes, can change. */
const TO_MINUTE = 16;

/** How AMPECO ends most of its instants. */
export const UTC_OFFSET = '+00:00';

/** The form of most instants in a body, its quotes included; days that not every month has are left to the parser. */
const PLAIN_UTC = /"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\+00:00"/y;

/**
 * Whether the string token at this position is an instant that {@link toUtcText} would change in its offset alone. A
 * short cut: three times faster than parsing, and most of what normalizing costs is in the instants.
 */
export function isPlainUtc(text: string, at: number): boolean {
  PLAIN_UTC.lastIndex = at;
  return PLAIN_UTC.test(text);
}

/**
 * An instant in any form that identity scheme 1 reads as RFC 3339 in UTC with `T` and `Z`. Seconds and their fraction
 * stay digit by digit as sent: no precision is lost and none invented. A leap second stays `:60`. Without a zone the
 * time is UTC.
 *
 * @returns undefined for what does not parse, and where UTC falls outside the years 0000 to 9999 of RFC 3339
 */
export function toUtcText(text: string): string | undefined {
  const at = parseInstant(text);
  if (at === undefined) return undefined;
  const zoneAt = findZone(text);
  const time = text.slice(11, zoneAt);
  if (!hasOffset(text, zoneAt)) return `${text.slice(0, 10)}T${time}${ZULU}`;
  const utc = new Date(at).toISOString();
  return /^\d/.test(utc) ? `${utc.slice(0, TO_MINUTE)}${text.slice(TO_MINUTE, zoneAt)}${ZULU}` : undefined;
}

/**
 * A local time as RFC 3339: `T` and `Z` in upper case, its offset kept.
 *
 * @returns undefined for what does not parse, and without a zone: the offset is not known, so there is no such form
 */
export function toLocalText(text: string): string | undefined {
  if (parseInstant(text) === undefined) return undefined;
  const zoneAt = findZone(text);
  if (zoneAt === text.length) return undefined;
  const zone = zoneAt === text.length - 1 ? ZULU : text.slice(zoneAt);
  return `${text.slice(0, 10)}T${text.slice(11, zoneAt)}${zone}`;
}

/** Where the zone of a text that parses begins; its length when it has none. */
function findZone(text: string): number {
  const last = text.at(-1);
  if (last === 'Z' || last === 'z') return text.length - 1;
  const sign = text.at(-6);
  return sign === '+' || sign === '-' ? text.length - 6 : text.length;
}

function hasOffset(text: string, zoneAt: number): boolean {
  return text.length - zoneAt === 6 && !text.endsWith('00:00');
}
