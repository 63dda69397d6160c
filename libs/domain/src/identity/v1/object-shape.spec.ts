import { describe, expect, it } from 'vitest';
import { findShape } from './object-shape.js';

describe('findShape', () => {
  it('sorts and quotes the keys', () => {
    expect(findShape(['b', 'a"', '']).prefixes).toEqual(['"":', ',"a\\"":', ',"b":']);
    expect(findShape(['b', 'a"', '']).names).toEqual(['', 'a"', 'b']);
    expect(findShape([]).names).toEqual([]);
  });

  it('tells shapes apart that share a slot of the cache', () => {
    // Same number of keys, same lengths, same first letters.
    const left = ['xa', 'yb'];
    const right = ['xc', 'yd'];
    for (const keys of [left, right, left, right]) expect(findShape([...keys]).names).toEqual(keys);
    expect(findShape(['yb', 'xa']).names).toEqual(['xa', 'yb']);
  });
});
