import { describe, expect, it } from 'vitest';
import type { GroupMember, TopicFacts } from './broker-access.js';
import { foreignMembers, strayCommits, unassigned, type Looker } from './group-problems.js';

const identity = { log: 'ours', source: 'ampeco' };
const looker: Looker = { groupId: 'g', clientId: 'chargelog', identity, memberId: 'me' };
const topics: readonly TopicFacts[] = [
  {
    topic: 't',
    code: 0,
    partitions: [0, 1, 2].map((partition) => ({ partition, leader: 1, replicas: [1] })),
  },
];
const member = (given: Partial<GroupMember>): GroupMember => ({
  memberId: 'x',
  clientId: 'client',
  host: '/10.0.0.3',
  topics: ['t'],
  held: new Map(),
  identity: undefined,
  tellsIdentity: true,
  isOfNewProtocol: false,
  ...given,
});
const details = (...members: readonly GroupMember[]) =>
  foreignMembers({ state: 'Stable', members }, topics, looker).map(({ detail }) => detail);

describe('members of the consumer group', () => {
  it('are no strangers when they store the same source into the same log', () => {
    expect(details(member({ identity }), member({ memberId: 'me' }))).toEqual([]);
  });

  it('are no matter when they have nothing to do with our topics', () => {
    expect(details(member({ topics: ['other'], held: new Map([['other', [0]]]) }))).toEqual([]);
  });

  it.each([
    ['another program', {}],
    ['source second of this installation', { identity: { log: 'ours', source: 'second' } }],
    ['a gateway with another database (source ampeco)', { identity: { ...identity, log: 'theirs' } }],
    ['a consumer of the newer group protocol', { tellsIdentity: false, isOfNewProtocol: true }],
  ])('are named: %s', (name, given) => {
    expect(details(member({ ...given, held: new Map([['t', [0, 2]]]) }))).toEqual([
      `${name} (client client at /10.0.0.3) is in consumer group g and holds t/0, t/2`,
    ]);
  });

  it('where a group of the newer protocol hides who they are: those of the older one with our name are ours', () => {
    const hidden = { tellsIdentity: false, isOfNewProtocol: false };
    expect(details(member({ ...hidden, clientId: 'chargelog' }))).toEqual([]);
    expect(details(member({ ...hidden, clientId: 'else' }))).toHaveLength(1);
  });

  it('are listed within bounds, and their names cannot break a line', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => member({ memberId: `${n}` }));
    expect(details(...many)).toHaveLength(10);
    const [detail] = details(member({ clientId: `a\n${'b'.repeat(40_000)}` }));
    expect(detail).toMatch(/client a\\nb+…/);
    expect(detail?.length).toBeLessThan(300);
  });

  it('leave a partition to nobody: said while one of ours is there to take it', () => {
    const holder = member({ memberId: 'me', held: new Map([['t', [0, 2]]]) });
    const group = { state: 'Stable', members: [holder] };
    expect(unassigned(group, topics, looker).map(({ at }) => at)).toEqual(['t/1']);
    expect(unassigned({ ...group, members: [member({})] }, topics, looker)).toEqual([]);
  });
});

describe('commits of the group', () => {
  const progress = (committed: bigint, position?: bigint) => ({
    committed: new Map([['t/0', committed]]),
    positions: new Map(position === undefined ? [] : [['t/0', position]]),
  });
  const stray = (
    before: ReturnType<typeof progress> | undefined,
    now: ReturnType<typeof progress>,
    known: readonly string[] = [],
    isHeld = false,
  ) => [...strayCommits(before, now, new Set(known), () => isHeld)];

  it('that go on beyond a position that stands are of somebody who stores elsewhere', () => {
    expect(stray(progress(5n, 3n), progress(8n, 3n))).toEqual(['t/0']);
    expect(stray(progress(5n), progress(8n))).toEqual(['t/0']);
    // Also while nothing new comes in.
    expect(stray(progress(8n, 3n), progress(8n, 3n), ['t/0'])).toEqual(['t/0']);
  });

  it.each([
    ['from before a restored backup, which is being caught up', progress(9n, 3n), progress(9n, 5n)],
    ['from before a lost database', progress(9n), progress(9n)],
    ['of one of ours, which follow what is stored', progress(3n, 3n), progress(8n, 9n)],
    ['at the first look', undefined, progress(8n, 3n)],
  ])('are nothing strange: %s', (_what, before, now) => {
    expect(stray(before, now)).toEqual([]);
  });

  it('come to rest when the position has passed them, or the partition is read here', () => {
    expect(stray(progress(8n, 3n), progress(8n, 8n), ['t/0'])).toEqual([]);
    expect(stray(progress(8n, 3n), progress(8n, 3n), ['t/0'], true)).toEqual([]);
  });
});
