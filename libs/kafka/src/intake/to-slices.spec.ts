import { describe, expect, it } from 'vitest';
import { MAX_SLICE_BYTES, MAX_SLICE_RECORDS, toSlices } from './to-slices.js';

const size = (item: number) => item;

describe('slices of a batch', () => {
  it('keep every item in its order', () => {
    const items = Array.from({ length: 2_345 }, (_, i) => i % 10_000);

    expect(toSlices(items, size).flat()).toEqual(items);
  });

  it('hold a thousand records at most', () => {
    const lengths = toSlices(Array<number>(MAX_SLICE_RECORDS * 2 + 1).fill(1), size).map(
      (slice) => slice.length,
    );

    expect(lengths).toEqual([MAX_SLICE_RECORDS, MAX_SLICE_RECORDS, 1]);
  });

  it('hold four mebibytes at most, to the byte', () => {
    const half = MAX_SLICE_BYTES / 2;

    expect(toSlices([half, half, 1], size)).toEqual([[half, half], [1]]);
    expect(toSlices([half, half + 1], size)).toEqual([[half], [half + 1]]);
  });

  it('give a record that is larger than a slice one of its own', () => {
    expect(toSlices([1, MAX_SLICE_BYTES + 1, 1], size)).toEqual([[1], [MAX_SLICE_BYTES + 1], [1]]);
  });

  it('are none for no records', () => {
    expect(toSlices([], size)).toEqual([]);
  });
});
