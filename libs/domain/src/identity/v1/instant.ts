// Identity scheme 1, frozen from the first release on: a change here changes event ids and then needs scheme 2
// (docs/identity.md).

const MS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1_440;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * Reads an instant: RFC 3339 with `T`, `t` or one space between date and time, and what ISO 8601 writes besides. The
 * seconds may be left out, which means 0. The fraction stands behind `.` or `,`, may have any number of digits and is cut
 * to milliseconds, toward the past in every year. The zone is `Z`, `z`, `±hh:mm`, `±hhmm` (PHP's `DATE_ISO8601`) or `±hh`;
 * without one the time is UTC. A second 60 is read where the UTC time is 23:59, as 59.999 of that minute whatever its
 * fraction. Years 0000 to 9999, real dates of the Gregorian calendar only.
 *
 * Total; independent of the host's time zone and of its date parser, which accepts more and differs between engines.
 *
 * @returns ms since 1970 UTC, negative before; undefined when the text is anything else
 */
export function parseInstant(text: string): number | undefined {
  const year = readNumber(text, 0, 4);
  const month = readNumber(text, 5, 2);
  const day = readNumber(text, 8, 2);
  const hour = readNumber(text, 11, 2);
  const minute = readNumber(text, 14, 2);
  const hasSecond = text[16] === ':';
  const second = hasSecond ? readNumber(text, 17, 2) : 0;
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return undefined;
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':') return undefined;
  const separator = text[10];
  if (separator !== 'T' && separator !== ' ' && separator !== 't') return undefined;

  let zoneAt = hasSecond ? 19 : 16;
  let millisecond = 0;
  if (hasSecond && (text[19] === '.' || text[19] === ',')) {
    zoneAt = skipDigits(text, 20);
    if (zoneAt === 20) return undefined;
    millisecond = readMilliseconds(text, zoneAt);
  }
  const offset = readOffset(text, zoneAt);
  if (offset === undefined) return undefined;

  const utcMinutes = daysFromCivil(year, month, day) * MINUTES_PER_DAY + hour * 60 + minute - offset;
  if (second < 60) return utcMinutes * MS_PER_MINUTE + second * 1_000 + millisecond;
  const minuteOfDay = ((utcMinutes % MINUTES_PER_DAY) + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return minuteOfDay === MINUTES_PER_DAY - 1 ? utcMinutes * MS_PER_MINUTE + 59_999 : undefined;
}

/** A run of `count` ASCII digits as a number, -1 when it is none. */
function readNumber(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    // Beyond the end charCodeAt gives NaN, which fails this comparison too.
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  while (readNumber(text, at, 1) >= 0) at++;
  return at;
}

/** The first three digits of the fraction that starts at 20 and ends before `end`, short ones filled with zeros. */
function readMilliseconds(text: string, end: number): number {
  const count = Math.min(end - 20, 3);
  return readNumber(text, 20, count) * 10 ** (3 - count);
}

/** Minutes that the zone is ahead of UTC; undefined when the rest of the text is no zone. */
function readOffset(text: string, at: number): number | undefined {
  const sign = text[at];
  if (sign === undefined) return 0;
  if (sign === 'Z' || sign === 'z') return text.length === at + 1 ? 0 : undefined;
  if (sign !== '+' && sign !== '-') return undefined;
  const hours = readNumber(text, at + 1, 2);
  const minutesAt = text[at + 3] === ':' ? at + 4 : at + 3;
  const minutes = text.length === at + 3 ? 0 : readNumber(text, minutesAt, 2);
  if (text.length !== at + 3 && text.length !== minutesAt + 2) return undefined;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return sign === '+' ? hours * 60 + minutes : -(hours * 60 + minutes);
}

function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/**
 * Days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day is
 * the last of its year and the months before it have a fixed pattern of 153 days per five months.
 */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}
