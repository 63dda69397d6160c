import { describe, expect, it } from 'vitest';
import { Random } from '../random.js';
import { phpJson, shuffleKeys } from './bytes.js';

describe('phpJson', () => {
  it('escapes slashes, in names too', () => {
    expect(phpJson({ 'a/b': 'Europe/Sofia' })).toBe(String.raw`{"a\/b":"Europe\/Sofia"}`);
  });

  it('writes everything beyond ASCII as lower-case escapes, astral characters as two', () => {
    expect(phpJson('Търг €⚡😀')).toBe(String.raw`"\u0422\u044a\u0440\u0433 \u20ac\u26a1\ud83d\ude00"`);
  });

  it('keeps what JSON escapes anyway, and DEL as it is', () => {
    expect(phpJson('"\\\n\u0001\u007f')).toBe(`"\\"\\\\\\n\\u0001\u007f"`);
  });

  it('is read back to the same value', () => {
    const value = { text: 'ул. „Речна“ 12/3 \u2028\u00a0', numbers: [0, -1, 1.5, 1e-7], none: null };

    expect(JSON.parse(phpJson(value))).toEqual(value);
  });
});

describe('shuffleKeys', () => {
  it('changes the order of members and nothing else', () => {
    const body = { notification: 'x', b: { z: [1, { q: 1, p: 'é/ü' }], 10: 'ten', 9: 'nine' }, a: null };
    const random = new Random(1);
    const texts = Array.from({ length: 30 }, () => JSON.stringify(shuffleKeys(body, random)));

    expect(new Set(texts).size).toBeGreaterThan(5);
    for (const text of texts) expect(JSON.parse(text)).toEqual(body);
  });
});
