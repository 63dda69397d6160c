import { describe, expect, it } from 'vitest';
import { cutBounded, takeBounded } from './bounded.js';

const BOUNDS = { maxCount: 1_000, maxBytes: 4_096 };
const size = (item: number): number => item;

describe('a list cut into batches', () => {
  it('keeps every item in its order', () => {
    const items = Array.from({ length: 2_345 }, (_, i) => i % 100);

    expect(cutBounded(items, BOUNDS, size).flat()).toEqual(items);
  });

  it('has at most so many items in each', () => {
    const lengths = cutBounded(Array<number>(2_001).fill(1), BOUNDS, size).map((batch) => batch.length);

    expect(lengths).toEqual([1_000, 1_000, 1]);
  });

  it('has at most so many bytes in each, to the byte', () => {
    expect(cutBounded([2_048, 2_048, 1], BOUNDS, size)).toEqual([[2_048, 2_048], [1]]);
    expect(cutBounded([2_048, 2_049], BOUNDS, size)).toEqual([[2_048], [2_049]]);
  });

  it('gives an item that is larger than a batch one of its own', () => {
    expect(cutBounded([1, 4_097, 1], BOUNDS, size)).toEqual([[1], [4_097], [1]]);
  });

  it('gives items without bytes a place like any other', () => {
    expect(cutBounded([4_096, 0, 0, 1], BOUNDS, size)).toEqual([[4_096, 0, 0], [1]]);
  });

  it('has no batches when it is empty', () => {
    expect(cutBounded([], BOUNDS, size)).toEqual([]);
  });
});

describe('a queue that a batch is taken from', () => {
  it('keeps what did not fit, and says how many bytes went', () => {
    expect(takeBounded([2_048, 2_000, 100, 7], BOUNDS, size)).toEqual({
      taken: [2_048, 2_000],
      rest: [100, 7],
      bytes: 4_048,
    });
  });

  it('gives its first item although that is larger than a batch', () => {
    expect(takeBounded([5_000, 1], BOUNDS, size)).toEqual({ taken: [5_000], rest: [1], bytes: 5_000 });
  });

  it('gives nothing when it is empty', () => {
    expect(takeBounded([], BOUNDS, size)).toEqual({ taken: [], rest: [], bytes: 0 });
  });
});
