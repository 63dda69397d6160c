import { describe, expect, it } from 'vitest';
import type { JsonValue } from '@chargelog/domain';
import { contentKey } from './content-key.js';
import { shuffleKeys } from './key-order.js';
import { phpJson } from './php-json.js';
import { Random } from './random.js';

const BODY = { notification: 'x', b: { z: [1, { q: 1, p: 'é/ü' }], 10: 'ten', 9: 'nine' }, a: null };

describe('contentKey', () => {
  it('does not see key order or escaping', () => {
    const random = new Random(5);
    for (let round = 0; round < 20; round++) {
      const text = phpJson(shuffleKeys(BODY, random));
      expect(contentKey(JSON.parse(text) as JsonValue)).toBe(contentKey(BODY));
    }
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['values', { a: 1 }, { a: 2 }],
    ['types', { a: 1 }, { a: '1' }],
    ['null and absence', { a: null }, {}],
    ['order in arrays', [1, 2], [2, 1]],
    ['an empty map and an empty list', {}, []],
  ])('sees %s', (_what, left, right) => {
    expect(contentKey(left)).not.toBe(contentKey(right));
  });
});

describe('shuffleKeys', () => {
  it('changes the order of members and nothing else', () => {
    const random = new Random(1);
    const texts = Array.from({ length: 30 }, () => JSON.stringify(shuffleKeys(BODY, random)));

    expect(new Set(texts).size).toBeGreaterThan(5);
    for (const text of texts) expect(JSON.parse(text)).toEqual(BODY);
  });
});
