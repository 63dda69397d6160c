import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberToken, parseKeepingNumbers, type TokenValue } from './number-tokens.js';

/** The tree as `JSON.parse` would give it. */
function roundTokens(value: TokenValue): unknown {
  if (value instanceof NumberToken) return Number(value.text);
  if (Array.isArray(value)) return value.map(roundTokens);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [name, roundTokens(inner)]);
  return Object.fromEntries(entries);
}

describe('parseKeepingNumbers', () => {
  it('gives the tree of JSON.parse', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom('', ' ', '\n\t '), (json, indent) => {
        const text = indent + JSON.stringify(JSON.parse(json), null, indent) + indent;
        expect(roundTokens(parseKeepingNumbers(text))).toStrictEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps the tokens that a double may change, and only those', () => {
    expect(parseKeepingNumbers('[1.50, 12345678901234567890, 1e400 ,{"a":-0}]')).toStrictEqual([
      1.5,
      new NumberToken('12345678901234567890'),
      new NumberToken('1e400'),
      { a: -0 },
    ]);
  });

  it('lets the last of two equal keys win and makes a plain key of __proto__', () => {
    const value = parseKeepingNumbers('{"a":1,"__proto__":{"b":1e400},"\\u0061":2}') as object;
    expect(Object.keys(value)).toEqual(['a', '__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.values(value)).toEqual([2, { b: new NumberToken('1e400') }]);
  });
});
