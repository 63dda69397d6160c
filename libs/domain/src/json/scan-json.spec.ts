import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayBeInexact, scanJson } from './scan-json.js';

const scan = (text: string) => scanJson(Buffer.from(text));

function measureDepth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(measureDepth));
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, inner) => sum + countMembers(inner), own);
}

describe('scanJson', () => {
  it('finds the depth and the members that parsing finds', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const { depth, memberCount } = scan(JSON.stringify(value));
        expect({ depth, memberCount }).toEqual({
          depth: measureDepth(value),
          memberCount: countMembers(value),
        });
      }),
    );
  });

  it('counts a repeated key twice', () => {
    expect(scan('{"a":1,"a":{"b":2}}').memberCount).toBe(3);
  });

  it('takes brackets, colons and digits in strings for text', () => {
    expect(scan('{"[[{:1e9":"\\"[{:12345678901234567890\\\\"}')).toEqual({
      depth: 1,
      memberCount: 1,
      exactNumbers: false,
    });
  });

  it.each(['{"a":"', '{"a":"\\', ']]}}[', '"', '', '\\"[', '12345678901234'])('ends on %s', (text) => {
    expect(scan(text).depth).toBeLessThanOrEqual(1);
  });

  it.each(['1E2', '[1e-7]', '{"a":-1.5e+3}', '1234567890123456', '0.1234567890123456'])(
    'suspects %s',
    (text) => {
      expect(scan(text).exactNumbers).toBe(true);
    },
  );

  it.each(['0', '[-1.5,18240]', '123456789012345', '-0.12345678901234', '{"a":"1e5"}', 'true', 'false'])(
    'does not suspect %s',
    (text) => {
      expect(scan(text).exactNumbers).toBe(false);
    },
  );

  it('suspects nothing that mayBeInexact clears later', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,4})?$/), (token) => {
        if (scan(token).exactNumbers) expect(mayBeInexact(token)).toBe(true);
      }),
    );
  });
});
