import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCanonicalNumber } from './canonical-number.js';

const digits = (max: number) => fc.stringMatching(new RegExp(`^\\d{1,${max}}$`));
const token = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      digits(25).map((text) => `1${text}`),
    ),
    fc.oneof(
      fc.constant(''),
      digits(25).map((text) => `.${text}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), digits(25)).map((pair) => pair.join('')),
    ),
  )
  .map((pieces) => pieces.join(''));

/** The same value by BigInt arithmetic: coefficient and exponent without outer zeros. */
function toDecimal(text: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]\+?(-?\d+))?$/.exec(
    text,
  )!;
  const written = `${whole}${fraction}`;
  const coefficient = written.replace(/^0+/, '').replace(/0+$/, '');
  if (coefficient === '') return '0';
  const trailing = written.length - written.replace(/0+$/, '').length;
  return `${sign}${coefficient}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(trailing)}`;
}

describe('toCanonicalNumber', () => {
  it.each([
    ['0', '0'],
    ['-0.0e-999', '0'],
    ['1.0', '1'],
    ['1E2', '100'],
    ['0.10', '0.1'],
    ['1e21', '1e+21'],
    ['0.0000001', '1e-7'],
    ['5e-324', '5e-324'],
    ['9007199254740992', '9007199254740992'],
    ['9007199254740993', '9007199254740993e0'],
    ['12345678901234567890', '1234567890123456789e1'],
    ['0.10000000000000000001', '10000000000000000001e-20'],
    ['0.1000000000000000055511151231257827', '1000000000000000055511151231257827e-34'],
    ['1e400', '1e400'],
    ['-12.50e400', '-125e399'],
    ['1e-400', '1e-400'],
    ['10e999999999999999', '1e1000000000000000'],
    ['10e9999999999999999999', '1e10000000000000000000'],
    ['10e-1000000000000000000', '1e-999999999999999999'],
    ['0.1e1000000000000000000', '1e999999999999999999'],
    ['0.1e-9999999999999999999', '1e-10000000000000000000'],
    ['1e-0', '1'],
    ['1e+0000000000000000000000', '1'],
  ])('writes %s as %s', (text, canonical) => {
    expect(toCanonicalNumber(text)).toBe(canonical);
  });

  it('never changes the value', () => {
    fc.assert(
      fc.property(token, (text) => {
        expect(toDecimal(toCanonicalNumber(text))).toBe(toDecimal(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('writes what ECMAScript writes wherever that has the value of the token', () => {
    fc.assert(
      fc.property(token, (text) => {
        const shortest = String(Number(text));
        const isHeld = Number.isFinite(Number(text)) && toDecimal(shortest) === toDecimal(text);
        expect(toCanonicalNumber(text) === shortest).toBe(isHeld);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives every double the text of ECMAScript', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        expect(toCanonicalNumber(JSON.stringify(double))).toBe(String(double));
      }),
    );
  });

  it('calculates long exponents as BigInt does', () => {
    const near = fc.tuple(fc.integer({ min: 14, max: 40 }), fc.integer({ min: -30, max: 30 }));
    fc.assert(
      fc.property(near, fc.constantFrom('', '-'), fc.nat(30), ([power, delta], sign, zeros) => {
        const exponent = 10n ** BigInt(power) + BigInt(delta);
        for (const mantissa of [`1${'0'.repeat(zeros)}`, `0.${'0'.repeat(zeros)}1`]) {
          const text = `${mantissa}e${sign}${exponent}`;
          expect(toCanonicalNumber(text)).toBe(toDecimal(text));
        }
      }),
    );
  });
});
