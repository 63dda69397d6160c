import { describe, expect, it } from 'vitest';
import { leaderEpochEndCall, readLeaderEpochEnd } from './leader-epoch-end.js';
import { readTopics, topicsCall } from './topic-identity.js';

/** Answer of Kafka 4.1.1 about `t`, which has one partition, and about `u`, which is not there. */
const TOPICS = Buffer.from(
  '00' + // tagged fields of the header
    '00000000' +
    '02' +
    '00000001' +
    '0a' +
    Buffer.from('127.0.0.1').toString('hex') +
    '00002384' +
    '00' +
    '00' +
    '02' +
    Buffer.from('c').toString('hex') +
    '00000001' +
    '03' +
    '0000' +
    '02' +
    Buffer.from('t').toString('hex') +
    '0123456789abcdef0123456789abcdef' +
    '00' +
    '02' +
    '0000' +
    '00000000' +
    '00000001' +
    '00000007' +
    '0200000001' +
    '0200000001' +
    '01' +
    '00' +
    '80000000' +
    '00' +
    '0003' +
    '02' +
    Buffer.from('u').toString('hex') +
    '00'.repeat(16) +
    '00' +
    '01' +
    '80000000' +
    '00' +
    '80000000' +
    '00',
  'hex',
);

describe('which topics have names', () => {
  it('is asked without making one and read with the epochs of leaders', () => {
    expect(topicsCall(['t']).body().toString('hex')).toBe(`0002${'00'.repeat(16)}02740000000000`);
    expect(readTopics(TOPICS)).toEqual([
      { name: 't', topicId: '01234567-89ab-cdef-0123-456789abcdef', leaderEpochs: new Map([[0, 7]]) },
      { name: 'u', topicId: undefined, leaderEpochs: new Map() },
    ]);
  });

  it('is not taken from an answer that ends early, or counts more than it holds', () => {
    const needed = TOPICS.length - 5; // what is allowed, and the last tagged fields, nobody reads
    for (let end = 0; end < needed; end += 1)
      expect(() => readTopics(TOPICS.subarray(0, end)), `${end} bytes`).toThrow(Error);
    const greedy = Buffer.from(TOPICS);
    greedy.fill(0xff, 5, 9);
    expect(() => readTopics(greedy)).toThrow(Error);
  });
});

describe('where the records of a leader end', () => {
  it('is asked of one partition, and read with its sign', () => {
    expect(leaderEpochEndCall('t', 3, 7).body().toString('hex')).toBe(
      ['ffffffff', '00000001', '000174', '00000001', '00000003', 'ffffffff', '00000007'].join(''),
    );
    const answer = (end: string) =>
      Buffer.from(
        ['00000000', '00000001', '000174', '00000001', '0000', '00000003', '00000007', end].join(''),
        'hex',
      );
    expect(readLeaderEpochEnd(answer('000000000000002a'))).toEqual({ errorCode: 0, endOffset: 42n });
    expect(readLeaderEpochEnd(answer('ffffffffffffffff'))).toEqual({ errorCode: 0, endOffset: -1n });
    expect(() => readLeaderEpochEnd(answer('0000'))).toThrow(Error);
  });
});
