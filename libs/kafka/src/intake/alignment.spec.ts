import { describe, expect, it } from 'vitest';
import { decideStart, type PartitionFacts } from './alignment.js';

const facts = (some: Partial<PartitionFacts>): PartitionFacts => ({
  stored: undefined,
  committed: undefined,
  low: 0n,
  high: 100n,
  startFrom: 'earliest',
  ...some,
});

describe('where a partition is read on', () => {
  it('is the stored position, whatever the group has committed', () => {
    for (const committed of [undefined, 0n, 40n, 41n, 42n, 100n]) {
      expect(decideStart(facts({ stored: 41n, committed }))).toEqual({
        startAt: 41n,
        gap: undefined,
        isNew: false,
      });
    }
  });

  it('is the end when everything has been read', () => {
    expect(decideStart(facts({ stored: 100n }))).toEqual({ startAt: 100n, gap: undefined, isNew: false });
  });

  it('is what the group has committed when nothing is stored', () => {
    expect(decideStart(facts({ committed: 41n, startFrom: 'latest' }))).toMatchObject({
      startAt: 41n,
      isNew: true,
    });
  });

  it('is startFrom when nobody has read it', () => {
    expect(decideStart(facts({ low: 7n }))).toEqual({ startAt: 7n, gap: undefined, isNew: true });
    expect(decideStart(facts({ low: 7n, startFrom: 'latest' }))).toEqual({
      startAt: 100n,
      gap: undefined,
      isNew: true,
    });
  });

  it('is the first offset left when those before were deleted unread, with the exact gap', () => {
    const gap = { fromOffset: 41n, toOffset: 60n, reason: 'start-above-position' };

    expect(decideStart(facts({ stored: 41n, low: 60n }))).toEqual({ startAt: 60n, gap, isNew: false });
    expect(decideStart(facts({ committed: 41n, low: 60n }))).toEqual({ startAt: 60n, gap, isNew: true });
  });

  it('sees no gap when exactly what was read was deleted', () => {
    expect(decideStart(facts({ stored: 60n, low: 60n }))).toEqual({
      startAt: 60n,
      gap: undefined,
      isNew: false,
    });
    expect(decideStart(facts({ stored: 100n, low: 100n }))).toMatchObject({ startAt: 100n, gap: undefined });
  });

  it('is the first offset of a log that ends below the position, so that a topic made anew is read whole', () => {
    expect(decideStart(facts({ stored: 120n, low: 3n }))).toEqual({
      startAt: 3n,
      gap: { fromOffset: 100n, toOffset: 120n, reason: 'end-below-position' },
      isNew: false,
    });
  });

  it('ignores a commit beyond the end: it belongs to an earlier topic of that name', () => {
    expect(decideStart(facts({ committed: 120n }))).toEqual({ startAt: 0n, gap: undefined, isNew: true });
  });
});
