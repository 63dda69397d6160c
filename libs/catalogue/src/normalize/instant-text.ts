import { parseInstant } from '@chargelog/domain';

const ZULU = 'Z';
/** Length of `YYYY-MM-DDThh:mm`: all that a zone, which has whole minutes, can change. */
const TO_MINUTE = 16;

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
