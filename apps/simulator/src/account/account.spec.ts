import { describe, expect, it } from 'vitest';
import type { JsonValue } from '@chargelog/domain';
import { phpJson, shuffleKeys } from '../deliveries/bytes.js';
import { Random } from '../random.js';
import { contentKey } from './account.js';

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
