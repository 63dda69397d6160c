import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { readNotificationBody } from '../../json/read-notification-body.js';
import { toCanonicalBody } from './canonical-body.js';

function canonicalize(rest: string): string {
  const read = readNotificationBody(Buffer.from(`{"notification":"A","x":${rest}}`));
  if (!read.ok) throw new Error(read.detail);
  return toCanonicalBody(read).text.slice('{"notification":"A","x":'.length, -1);
}

describe('toCanonicalBody', () => {
  // RFC 8785 §3.2.3 and §3.2.2.
  it('sorts keys as RFC 8785 does', () => {
    const sorted = '{"\\r":1,"1":2,"\u0080":3,"\u00f6":4,"\u20ac":5,"\ud83d\ude00":6,"\ufb33":7}';
    expect(
      canonicalize('{"\\u20ac":5,"\\r":1,"\\ufb33":7,"1":2,"\\ud83d\\ude00":6,"\\u0080":3,"\\u00f6":4}'),
    ).toBe(sorted);
  });

  it('writes strings and numbers as RFC 8785 does', () => {
    expect(canonicalize('[1E30, 4.50, 2e-3, 0.000000000000000000000000001]')).toBe('[1e+30,4.5,0.002,1e-27]');
    expect(canonicalize('"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"')).toBe(
      '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"',
    );
  });

  it('sorts numeric keys as text, which no JavaScript object does', () => {
    expect(canonicalize('{"10":1,"9":2,"-1":3,"a":4}')).toBe('{"-1":3,"10":1,"9":2,"a":4}');
  });

  it('writes lone surrogates as escapes in lower case', () => {
    expect(canonicalize('["\\uD800","\\uDFFF\\uD800"]')).toBe('["\\ud800","\\udfff\\ud800"]');
  });

  it('keeps numbers apart that fall on one double, where RFC 8785 rounds', () => {
    expect(canonicalize('333333333.33333329')).toBe('33333333333333329e-8');
    expect(canonicalize('[9007199254740993, -0, {"b":1e400,"a":[1e-400]}]')).toBe(
      '[9007199254740993e0,0,{"a":[1e-400],"b":1e400}]',
    );
  });

  it('writes objects with many keys, or long ones, like all others', () => {
    const names = Array.from({ length: 300 }, (_, index) => `k${(index * 7919) % 300}${'x'.repeat(index)}`);
    const written = `{${names.map((name) => `"${name}":1`).join(',')}}`;
    const sorted = `{${[...names]
      .sort()
      .map((name) => `"${name}":1`)
      .join(',')}}`;
    expect(canonicalize(written)).toBe(sorted);
    expect(canonicalize(written)).toBe(sorted);
  });
});
