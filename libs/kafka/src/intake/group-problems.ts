import type { ConsumerGroup, GroupMember, TopicFacts } from './broker-access.js';
import { listed, shown, type Finding } from './findings.js';
import { isSameMember, type MemberIdentity } from './member-identity.js';
import { keyOf } from './partition-ledger.js';

/** Who is looking. */
export interface Looker {
  readonly groupId: string;
  readonly clientId: string;
  readonly identity: MemberIdentity;
  /** Undefined while it is no member of the group. */
  readonly memberId: string | undefined;
}

/** More than this many strangers are not listed one by one. */
const MAX_STRANGERS = 10;

/** Members of the group that do not store into this event log, and hold partitions of our topics or may be given them. */
export function foreignMembers(
  { members }: ConsumerGroup,
  topics: readonly TopicFacts[],
  looker: Looker,
): readonly Finding[] {
  const names = new Set(topics.map(({ topic }) => topic));
  const strangers = members.flatMap((member) => {
    if (isOurs(member, looker)) return [];
    const held = [...member.held]
      .filter(([topic]) => names.has(topic))
      .flatMap(([topic, partitions]) => partitions.map((partition) => keyOf(topic, partition)));
    const wanted = member.topics.filter((topic) => names.has(topic));
    return held.length + wanted.length === 0 ? [] : [{ member, held, wanted }];
  });
  // First those who hold something: they are listed for certain.
  return strangers
    .toSorted((one, other) => other.held.length - one.held.length)
    .slice(0, MAX_STRANGERS)
    .map(({ member, held, wanted }) => {
      const who = `${nameOf(member, looker)} (client ${shown(member.clientId)} at ${shown(member.host)})`;
      const what =
        held.length > 0 ? `holds ${listed(held)}` : `subscribes to ${listed(wanted)} and may be given it`;
      return {
        kind: 'foreign-member',
        at: member.memberId,
        detail: `${who} is in consumer group ${looker.groupId} and ${what}`,
        whatToDo: OWN_GROUP,
      };
    });
}

/** Place of the finding about commits. */
export const STRAY_COMMITS = 'commits';

const OWN_GROUP =
  'Stop it, or give this source a `groupId` that nobody else uses. Nothing is lost for as long as the topic keeps it: the partitions are read on here from where they stand.';

function isOurs(member: GroupMember, { identity, memberId, clientId }: Looker): boolean {
  if (member.memberId === memberId || isSameMember(member.identity, identity)) return true;
  // Where the members' own words are not told, one of the older protocol with our name is taken for one of us.
  return !member.tellsIdentity && member.isOfNewProtocol !== true && member.clientId === clientId;
}

function nameOf({ identity, isOfNewProtocol }: GroupMember, looker: Looker): string {
  if (identity === undefined)
    return isOfNewProtocol === true ? 'a consumer of the newer group protocol' : 'another program';
  if (identity.log === looker.identity.log) return `source ${shown(identity.source)} of this installation`;
  return `a gateway with another database (source ${shown(identity.source)})`;
}

/** Partitions that are held by members that are not ours. */
export function heldByStrangers({ members }: ConsumerGroup, looker: Looker): ReadonlySet<string> {
  return new Set(members.filter((member) => !isOurs(member, looker)).flatMap(partitionsOf));
}

function partitionsOf({ held }: GroupMember): string[] {
  return [...held].flatMap(([topic, partitions]) => partitions.map((partition) => keyOf(topic, partition)));
}

/** Partitions of our topics that nobody holds, while a member of ours is there to be given them. */
export function unassigned(
  group: ConsumerGroup,
  topics: readonly TopicFacts[],
  looker: Looker,
): readonly Finding[] {
  if (!group.members.some((member) => isOurs(member, looker))) return [];
  const held = new Set(group.members.flatMap(partitionsOf));
  return topics.flatMap(({ topic, partitions }) =>
    partitions
      .map(({ partition }) => keyOf(topic, partition))
      .filter((at) => !held.has(at))
      .map((at) => ({
        kind: 'not-assigned' as const,
        at,
        detail: `${at} is given to no member of consumer group ${looker.groupId}`,
        whatToDo:
          'Restart the gateways that read this source, so that the group is shared out anew. If it stays: the member that leads the group may not see the topic; allow its user DESCRIBE on it.',
      })),
  );
}

/** Positions here and commits of the group, by partition as `keyOf` names it. */
export interface Progress {
  readonly committed: ReadonlyMap<string, bigint>;
  readonly positions: ReadonlyMap<string, bigint>;
}

/**
 * Partitions whose commits go on beyond what is stored here. Our own commits follow what is stored, so these are of a program
 * that stores elsewhere, even if it looks like one of us, as a copy of this installation does.
 *
 * @param known those that were found before and have not come to rest
 * @param isHeld says which are read by this instance; nobody else can commit for them
 */
export function strayCommits(
  before: Progress | undefined,
  now: Progress,
  known: ReadonlySet<string>,
  isHeld: (at: string) => boolean,
): ReadonlySet<string> {
  const stray = new Set<string>();
  for (const [at, committed] of now.committed) {
    const position = now.positions.get(at) ?? -1n;
    if (committed <= position || isHeld(at)) continue;
    const hasMoved = before !== undefined && committed > (before.committed.get(at) ?? -1n);
    const hasStood = before !== undefined && position === (before.positions.get(at) ?? -1n);
    if (known.has(at) || (hasMoved && hasStood)) stray.add(at);
  }
  return stray;
}

export function strayFinding(
  stray: readonly string[],
  { committed, positions }: Progress,
  groupId: string,
): Finding {
  const partitions = stray.map(
    (at) => `${at} up to ${committed.get(at) ?? 0n} (stored: ${positions.get(at) ?? 0n})`,
  );
  return {
    kind: 'foreign-member',
    at: STRAY_COMMITS,
    detail:
      `somebody commits for consumer group ${groupId} beyond what is stored here, ${listed(partitions)}: ` +
      'a gateway or program with another database reads there',
    whatToDo: OWN_GROUP,
  };
}
