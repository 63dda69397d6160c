import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { encodeIdentity, readAssignment, readSubscription } from './member-identity.js';

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol;
const identity = { log: 'b1c9f3f0', source: 'ampeco' };

describe('what members of a group say of themselves', () => {
  it('is read as the client writes it', () => {
    const metadata = MemberMetadata.encode({
      version: 1,
      topics: ['a', 'b'],
      userData: encodeIdentity(identity),
    });
    const assignment = MemberAssignment.encode({
      version: 0,
      assignment: { a: [2, 0], b: [1] },
      userData: Buffer.alloc(0),
    });

    expect(readSubscription(metadata)).toEqual({ topics: ['a', 'b'], identity });
    expect([...readAssignment(assignment)]).toEqual([
      ['a', [2, 0]],
      ['b', [1]],
    ]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['too little', Buffer.of(0, 0, 0)],
    ['a count without end', Buffer.from('000000007fffffff0001', 'hex')],
    ['a negative length', Buffer.from('000000000001ffee', 'hex')],
    ['text', Buffer.from('{"chargelog":{"log":"x"}}')],
  ])('may be anything: %s', (_what, bytes) => {
    expect(readSubscription(bytes).identity).toBeUndefined();
    expect(readAssignment(bytes).size).toBeLessThan(2);
  });

  it.each(['{"chargelog":', '{"chargelog":null}', '{"chargelog":{"log":1,"source":{}}}', 'x'.repeat(2_000)])(
    'is no identity: %.30s',
    (text) => {
      const metadata = MemberMetadata.encode({ version: 0, topics: ['t'], userData: Buffer.from(text) });

      expect(readSubscription(metadata).identity).toBeUndefined();
    },
  );
});
