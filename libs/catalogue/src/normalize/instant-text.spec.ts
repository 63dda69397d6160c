import { parseInstant } from '@chargelog/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainUtc, toLocalText, toUtcText, UTC_OFFSET } from './instant-text.js';

describe('toUtcText', () => {
  it.each([
    ['2026-03-14T09:26:53+00:00', '2026-03-14T09:26:53Z'],
    ['2026-03-14T09:26:53.000000Z', '2026-03-14T09:26:53.000000Z'],
    ['2026-03-31 23:59:59', '2026-03-31T23:59:59Z'],
    ['2026-03-14T09:26:53', '2026-03-14T09:26:53Z'],
    ['2026-03-14t09:26:53.5z', '2026-03-14T09:26:53.5Z'],
    ['2026-03-14 09:26:53.123456789-00:00', '2026-03-14T09:26:53.123456789Z'],
    ['2026-01-01T01:30:05.10+02:00', '2025-12-31T23:30:05.10Z'],
    ['2024-02-28T23:59:59-05:30', '2024-02-29T05:29:59Z'],
    ['2017-01-01T01:59:60+02:00', '2016-12-31T23:59:60Z'],
    ['0000-01-01T00:00:00+00:00', '0000-01-01T00:00:00Z'],
    ['2026-03-14T09:26:53+0000', '2026-03-14T09:26:53Z'],
    ['2026-03-14T10:26:53.50+0100', '2026-03-14T09:26:53.50Z'],
    ['2026-03-14T09:26:53-00', '2026-03-14T09:26:53Z'],
    ['2026-03-14T10:26:53,123456+01', '2026-03-14T09:26:53.123456Z'],
    ['2026-03-14T09:26', '2026-03-14T09:26:00Z'],
    ['2026-03-14 09:26Z', '2026-03-14T09:26:00Z'],
    ['2026-03-14T09:26-0530', '2026-03-14T14:56:00Z'],
  ])('makes of %s %s', (text, utc) => {
    expect(toUtcText(text)).toBe(utc);
  });

  it.each([
    '',
    'tomorrow',
    '2026-02-30T09:26:53Z',
    '-0001-11-30T00:00:00+00:00',
    '2026-03-14',
    '2026-03-14T09Z',
    '1773480413',
    '2026-03-14T12:00:60Z',
    // UTC would be in a year that RFC 3339 cannot write.
    '0000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
  ])('leaves %s', (text) => {
    expect(toUtcText(text)).toBeUndefined();
  });

  it('keeps the instant and every digit below the minute, and changes its own result no more', () => {
    const parts = fc.record({
      at: fc.date({
        min: new Date('0001-01-02T00:00:00Z'),
        max: new Date('9999-12-30T00:00:00Z'),
        noInvalidDate: true,
      }),
      separator: fc.constantFrom('T', 't', ' '),
      fraction: fc.stringMatching(/^([.,]\d{1,9})?$/),
      zone: fc.constantFrom(
        '',
        'Z',
        'z',
        '+00:00',
        '-00:00',
        '+02:00',
        '-11:45',
        '+23:59',
        '+0000',
        '-1145',
        '+02',
      ),
    });
    fc.assert(
      fc.property(parts, ({ at, separator, fraction, zone }) => {
        const digits = at.toISOString().slice(0, 19);
        const text = `${digits.replace('T', separator)}${fraction}${zone}`;
        const utc = toUtcText(text) ?? '';
        expect(parseInstant(utc)).toBe(parseInstant(text));
        expect(utc.slice(16)).toBe(`${digits.slice(16)}${fraction.replace(',', '.')}Z`);
        expect(utc).toMatch(/^\d{4}-\d\d-\d\dT/);
        expect(toUtcText(utc)).toBe(utc);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('toLocalText', () => {
  it.each([
    ['2026-03-14 10:51:07+02:00', '2026-03-14T10:51:07+02:00'],
    ['2026-03-14t10:51:07.25z', '2026-03-14T10:51:07.25Z'],
    ['2026-03-14T10:51:07+00:00', '2026-03-14T10:51:07+00:00'],
    ['2026-03-14T10:51:07,5+0200', '2026-03-14T10:51:07.5+02:00'],
    ['2026-03-14T10:51-08', '2026-03-14T10:51:00-08:00'],
  ])('makes of %s %s', (text, local) => {
    expect(toLocalText(text)).toBe(local);
  });

  it.each(['2026-03-14 10:51:07', '2026-02-30T10:51:07+02:00', 'noon'])('leaves %s', (text) => {
    expect(toLocalText(text)).toBeUndefined();
  });
});

describe('isPlainUtc', () => {
  it('holds only for what the parser reads as UTC', () => {
    const two = fc.oneof(
      fc.integer({ min: 0, max: 99 }),
      fc.constantFrom(0, 1, 12, 13, 23, 24, 28, 29, 31, 59, 60),
    );
    const parts = fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.tuple(two, two), fc.tuple(two, two, two));
    fc.assert(
      fc.property(parts, ([year, date, time]) => {
        const pad = (value: number): string => String(value).padStart(2, '0');
        const local = `${String(year).padStart(4, '0')}-${date.map(pad).join('-')}T${time.map(pad).join(':')}`;
        if (isPlainUtc(`:"${local}${UTC_OFFSET}"`, 1))
          expect(toUtcText(`${local}${UTC_OFFSET}`)).toBe(`${local}Z`);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['"2026-03-14T09:26:53+00:00"', true],
    ['"2026-03-14T09:26:53+00:00x"', false],
    ['"2026-03-31T09:26:53+00:00"', false],
    ['"2026-03-14 09:26:53+00:00"', false],
    ['"2026-03-14T09:26:53-00:00"', false],
    ['"x2026-03-14T09:26:53+00:00"', false],
  ])('of %s: %s', (token, plain) => {
    expect(isPlainUtc(token, 0)).toBe(plain);
  });
});
