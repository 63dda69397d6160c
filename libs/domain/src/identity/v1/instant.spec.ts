import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from './instant.js';

const pad = (value: number, width: number) => String(value).padStart(width, '0');

/** `Date.UTC` reads the years 0 to 99 as 1900 to 1999; the calendar repeats every 400 years. */
const toUtc = (year: number, month: number, day: number, ...time: [number, number, number, number]) =>
  Date.UTC(year + 400, month - 1, day, ...time) - 146_097 * 86_400_000;

const parts = fc.record({
  year: fc.integer({ min: 0, max: 9999 }),
  month: fc.integer({ min: 1, max: 12 }),
  day: fc.integer({ min: 1, max: 31 }),
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
  second: fc.integer({ min: 0, max: 59 }),
});

describe('parseInstant', () => {
  it('agrees with Date.UTC on every real date, and reads no other', () => {
    fc.assert(
      fc.property(
        parts,
        fc.integer({ min: 0, max: 999 }),
        ({ year, month, day, hour, minute, second }, ms) => {
          const utc = toUtc(year, month, day, hour, minute, second, ms);
          const isReal = new Date(utc).getUTCDate() === day;
          const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
          const text = `${date}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(ms, 3)}Z`;
          expect(parseInstant(text)).toBe(isReal ? utc : undefined);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('reads the last day of every month from the year 0 to 9999, and not the day after', () => {
    for (let year = 0; year <= 9999; year++) {
      for (let month = 1; month <= 12; month++) {
        const endOfMonth = toUtc(year, month + 1, 0, 0, 0, 0, 0);
        const day = new Date(endOfMonth).getUTCDate();
        const prefix = `${pad(year, 4)}-${pad(month, 2)}-`;
        if (parseInstant(`${prefix}${day} 00:00:00`) !== endOfMonth)
          throw new Error(`${prefix}${day} is misread`);
        if (parseInstant(`${prefix}${day + 1} 00:00:00`) !== undefined)
          throw new Error(`${prefix}${day + 1} is read`);
      }
    }
  });

  it('takes an offset off, up to 23:59 either way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), (hours, minutes) => {
        const ahead = (hours * 60 + minutes) * 60_000;
        const utc = Date.UTC(2026, 2, 14, 9, 26, 53);
        const zones = [`${pad(hours, 2)}:${pad(minutes, 2)}`, `${pad(hours, 2)}${pad(minutes, 2)}`];
        for (const zone of minutes === 0 ? [...zones, pad(hours, 2)] : zones) {
          expect(parseInstant(`2026-03-14T09:26:53+${zone}`)).toBe(utc - ahead);
          expect(parseInstant(`2026-03-14T09:26:53-${zone}`)).toBe(utc + ahead);
        }
      }),
    );
  });

  it('cuts a fraction of any length toward the past, before 1970 too', () => {
    expect(parseInstant('2026-03-14T09:26:53.9999Z')).toBe(Date.UTC(2026, 2, 14, 9, 26, 53, 999));
    expect(parseInstant('1969-12-31T23:59:59.9999Z')).toBe(-1);
    expect(parseInstant('1969-12-31T23:59:59.0001Z')).toBe(-1_000);
    expect(parseInstant('1970-01-01T00:00:00.5')).toBe(500);
    expect(parseInstant(`1970-01-01 00:00:00.12${'3'.repeat(100_000)}+00:00`)).toBe(123);
  });

  it.each([
    ["PHP's DATE_ISO8601", '2026-03-14T09:26:53+0000', Date.UTC(2026, 2, 14, 9, 26, 53)],
    ['an offset of hours', '2026-03-14T10:26:53.5+01', Date.UTC(2026, 2, 14, 9, 26, 53, 500)],
    ['a decimal comma', '2026-03-14T09:26:53,123456+00:00', Date.UTC(2026, 2, 14, 9, 26, 53, 123)],
    ['minutes without seconds', '2026-03-14T09:26', Date.UTC(2026, 2, 14, 9, 26)],
    ['minutes without seconds, with Z', '2026-03-14 09:26Z', Date.UTC(2026, 2, 14, 9, 26)],
    ['minutes without seconds, with an offset', '2026-03-14T09:26-0530', Date.UTC(2026, 2, 14, 14, 56)],
  ])('reads what ISO 8601 writes besides RFC 3339: %s', (_what, text, at) => {
    expect(parseInstant(text)).toBe(at);
  });

  it('reads a second 60 where the UTC time is 23:59, as 59.999', () => {
    const leap = Date.UTC(2016, 11, 31, 23, 59, 59, 999);
    expect(parseInstant('2016-12-31T23:59:60Z')).toBe(leap);
    expect(parseInstant('2016-12-31T23:59:60.000001')).toBe(leap);
    expect(parseInstant('2017-01-01T05:29:60+05:30')).toBe(leap);
    expect(parseInstant('1969-12-31T20:59:60-03:00')).toBe(-1);
    expect(parseInstant('2017-01-01T00:59:60Z')).toBeUndefined();
    expect(parseInstant('2016-12-31T23:59:60+01:00')).toBeUndefined();
  });

  it.each([
    '2026-03-14',
    '2026-03-14T09:26:53.',
    '2026-03-14T09:26:53.Z',
    '2026-03-14T09:26:53.5 Z',
    '2026-03-14T09:26:53ZZ',
    '2026-03-14T09',
    '2026-03-14T09Z',
    '2026-03-14T09:26:',
    '2026-03-14T09:26:Z',
    '2026-03-14T09:26.5Z',
    '2026-03-14T09:26,5Z',
    '2026-03-14T09:26:53,',
    '2026-03-14T09:26:53.1,2Z',
    '2026-03-14T09:26:53+',
    '2026-03-14T09:26:53+0',
    '2026-03-14T09:26:53+000',
    '2026-03-14T09:26:53+00:',
    '2026-03-14T09:26:53+00000',
    '2026-03-14T09:26:53+24',
    '2026-03-14T09:26:53+0060',
    '2026-03-14T09:26:53+00:0',
    '2026-03-14T09:26:53+00:000',
    '2026-03-14_09:26:53',
    '2026/03/14 09:26:53',
    '20260314T092653Z',
    '+2026-03-14T09:26:53Z',
    '-0001-11-30T00:00:00Z',
    '2026-3-14T09:26:53Z',
    '2026-03-14T9:26:53Z',
    '2026-03-14T09:26:5 Z',
    '2026-03-14T-9:26:53Z',
    ' 2026-03-14T09:26:53Z',
    '2026-03-14T09:26:53Z ',
    '2026-W11-6T09:26:53Z',
    'now',
    '',
  ])('does not read "%s"', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('answers to any text, and reads none that is broken off or followed by more', () => {
    const whole = '2026-03-14T09:26:53';
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(18), (text, length) => {
        expect(parseInstant(text)).toBeUndefined();
        expect(parseInstant(whole.slice(0, length))).toBe(
          length === '2026-03-14T09:26'.length ? Date.UTC(2026, 2, 14, 9, 26) : undefined,
        );
        expect(parseInstant(`${whole}Z${text}`)).toBeUndefined();
        expect(parseInstant(`${whole}+01:00${text}`)).toBeUndefined();
        expect(parseInstant(`${whole}+0100${text}`)).toBeUndefined();
      }),
    );
  });
});
