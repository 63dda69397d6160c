import { describe, expect, it } from 'vitest';
import { shareOut, type Subscriber } from './subscription-assigner.js';

const member = (memberId: string, topics: readonly string[], isOurs = true): Subscriber => ({
  memberId,
  topics,
  isOurs,
});
const share = (members: readonly Subscriber[], partitions: Readonly<Record<string, readonly number[]>>) =>
  Object.fromEntries(
    [...shareOut(members, new Map(Object.entries(partitions)))].map(([id, topics]) => [id, { ...topics }]),
  );

describe('the sharing out of partitions', () => {
  it('gives a topic to those alone that subscribe to it', () => {
    expect(share([member('b', ['t', 'new']), member('a', ['t'])], { t: [0, 1], new: [0, 1] })).toEqual({
      a: { t: [0] },
      b: { t: [1], new: [0, 1] },
    });
  });

  it('gives each about as many, whatever the order of the members', () => {
    const members = ['c', 'a', 'b'].map((id) => member(id, ['t']));
    const expected = { a: { t: [0, 3] }, b: { t: [1, 4] }, c: { t: [2] } };

    expect(share(members, { t: [4, 3, 2, 1, 0] })).toEqual(expected);
    expect(share(members.toReversed(), { t: [0, 1, 2, 3, 4] })).toEqual(expected);
  });

  it('gives strangers only what none of ours subscribes to', () => {
    expect(share([member('a', ['t', 'u'], false), member('b', ['t'])], { t: [0, 1], u: [0] })).toEqual({
      a: { u: [0] },
      b: { t: [0, 1] },
    });
  });

  it('keeps members without anything, and topics without members', () => {
    expect(share([member('a', [])], { t: [0] })).toEqual({ a: {} });
  });
});
