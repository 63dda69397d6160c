import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitsOf } from './scan.js';

describe('unitsOf', () => {
  it('gives the units of any text, and no character of JSON behind them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const lone = `${text}\ud800"`;
        const units = unitsOf(lone);
        expect([...units.subarray(0, lone.length)]).toEqual(
          Array.from({ length: lone.length }, (_, at) => lone.charCodeAt(at)),
        );
        expect([...units.subarray(lone.length, lone.length + 2)]).toEqual([0xffff, 0xffff]);
      }),
    );
  });

  it.each([16_380, 16_384, 1_000_000, 3_000_000])(
    'grows with a text of %i characters, and serves short ones after it',
    (length) => {
      const text = `${'x'.repeat(length - 1)}é`;
      const units = unitsOf(text);
      expect([units[0], units[length - 2], units[length - 1], units[length]]).toEqual([
        0x78, 0x78, 0xe9, 0xffff,
      ]);
      expect([...unitsOf('{}').subarray(0, 3)]).toEqual([0x7b, 0x7d, 0xffff]);
    },
  );
});
