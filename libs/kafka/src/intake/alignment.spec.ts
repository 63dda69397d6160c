import { describe, expect, it } from 'vitest';
import { decideStart, type PartitionFacts } from './alignment.js';

const facts = (some: Partial<PartitionFacts>): PartitionFacts => ({
  stored: undefined,
  low: 0n,
  high: 100n,
  startFrom: 'earliest',
  inspected: { other: undefined },
  ...some,
});

describe('where a partition is read on', () => {
  it('is the stored position', () => {
    expect(decideStart(facts({ stored: 41n }))).toEqual({ startAt: 41n, gap: undefined });
  });

  it('is the end when everything has been read', () => {
    expect(decideStart(facts({ stored: 100n }))).toEqual({ startAt: 100n, gap: undefined });
  });

  it('is startFrom when this database has never seen it, with what latest passes over', () => {
    expect(decideStart(facts({ low: 7n }))).toEqual({ startAt: 7n, gap: undefined });
    expect(decideStart(facts({ low: 7n, startFrom: 'latest' }))).toEqual({
      startAt: 100n,
      gap: { fromOffset: 7n, toOffset: 100n, reason: 'passed-by-latest' },
    });
    expect(decideStart(facts({ low: 100n, startFrom: 'latest' }))).toEqual({ startAt: 100n, gap: undefined });
  });

  it('is the first offset left when those before were deleted unread, with the exact gap', () => {
    const gap = { fromOffset: 41n, toOffset: 60n, reason: 'start-above-position' };

    expect(decideStart(facts({ stored: 41n, low: 60n }))).toEqual({ startAt: 60n, gap });
  });

  it('sees no gap when exactly what was read was deleted', () => {
    expect(decideStart(facts({ stored: 60n, low: 60n }))).toEqual({ startAt: 60n, gap: undefined });
    expect(decideStart(facts({ stored: 100n, low: 100n }))).toEqual({ startAt: 100n, gap: undefined });
  });

  it('is the first offset of a log that ends below the position, so that a topic made anew is read whole', () => {
    expect(decideStart(facts({ stored: 120n, low: 3n, inspected: { other: { newFrom: 90n } } }))).toEqual({
      startAt: 3n,
      gap: { fromOffset: 100n, toOffset: 120n, reason: 'end-below-position' },
    });
  });

  it('is where another log than the one that was read begins', () => {
    const gap = { fromOffset: 41n, toOffset: 41n, reason: 'log-replaced' };
    const other = (newFrom: bigint | undefined) => ({ inspected: { other: { newFrom } } });

    expect(decideStart(facts({ stored: 41n, low: 3n, ...other(undefined) }))).toEqual({ startAt: 3n, gap });
    expect(decideStart(facts({ stored: 41n, low: 3n, ...other(30n) }))).toEqual({ startAt: 30n, gap });
    expect(decideStart(facts({ stored: 41n, low: 50n, ...other(30n) }))).toEqual({ startAt: 50n, gap });
  });
});
