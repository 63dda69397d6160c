import { describe, expect, it } from 'vitest';
import { PriorityQueue } from './priority-queue.js';
import { Random } from './random.js';

describe('PriorityQueue', () => {
  it('gives the smallest first and equal ones in the order of adding', () => {
    const random = new Random(9);
    const queue = new PriorityQueue<readonly [number, number]>();
    const added = Array.from({ length: 500 }, (_, serial) => [random.int(0, 40), serial] as const);
    for (const item of added) queue.add(item[0], item);

    const taken = Array.from({ length: 500 }, () => queue.take());

    expect(taken).toEqual(added.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
    expect(queue.take()).toBeUndefined();
    expect(queue.nextPriority).toBeUndefined();
  });
});
