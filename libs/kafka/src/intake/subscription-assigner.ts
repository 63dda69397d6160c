import kafkajs, { type Cluster, type GroupMember, type PartitionAssigner } from 'kafkajs';
import { encodeIdentity, isSameMember, readSubscription, type MemberIdentity } from './member-identity.js';

/**
 * How the group's leader shares out the partitions when it is one of us. In place of the client's own assigner, which gives
 * every topic of the leader to every member: a member that does not know the topic drops what it was given, and nobody
 * reads it; and what the leader itself does not know is given to nobody.
 *
 * @param onCluster called once, with the cluster of the consumer that this is made for
 */
export function subscriptionAssigner(
  identity: MemberIdentity,
  onCluster: (cluster: Cluster) => void,
): PartitionAssigner {
  return ({ cluster }) => {
    onCluster(cluster);
    return {
      // The name of the client's own: under another one no member could join while the other's are there, and the one
      // that comes second would read nothing at all.
      name: 'RoundRobinAssigner',
      version: 0,
      protocol({ topics }) {
        const userData = encodeIdentity(identity);
        const { MemberMetadata } = kafkajs.AssignerProtocol;
        return { name: this.name, metadata: MemberMetadata.encode({ version: 0, topics, userData }) };
      },
      async assign({ members }) {
        const subscribers = members.map(toSubscriber(identity));
        const topics = [...new Set(subscribers.flatMap((member) => member.topics))].toSorted();
        // Of topics that only other members know; those that do not exist have no partitions.
        await cluster.addMultipleTargetTopics(topics);
        const partitions = new Map(
          topics.map((topic) => [
            topic,
            cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
          ]),
        );
        const assignment = shareOut(subscribers, partitions);
        return members.map(({ memberId }) => ({
          memberId,
          memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
            version: 0,
            assignment: assignment.get(memberId) ?? {},
            userData: Buffer.alloc(0),
          }),
        }));
      },
    };
  };
}

/** A member of the group as the assignment sees it. */
export interface Subscriber {
  readonly memberId: string;
  readonly topics: readonly string[];
  /** True when it stores into the same event log, for the same source. */
  readonly isOurs: boolean;
}

function toSubscriber(identity: MemberIdentity): (member: GroupMember) => Subscriber {
  return ({ memberId, memberMetadata }) => {
    const { topics, identity: theirs } = readSubscription(memberMetadata);
    return { memberId, topics, isOurs: isSameMember(theirs, identity) };
  };
}

/**
 * Gives each partition to a member that subscribes to its topic, to the one that has the fewest so far. Where members of
 * ours subscribe, they share the topic alone: what another program read of it would be missing here.
 */
export function shareOut(
  members: readonly Subscriber[],
  partitions: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, Record<string, number[]>> {
  const sorted = members.toSorted((one, other) => (one.memberId < other.memberId ? -1 : 1));
  const assignment = new Map(
    sorted.map(({ memberId }) => [memberId, Object.create(null) as Record<string, number[]>]),
  );
  const counts = new Map(sorted.map(({ memberId }) => [memberId, 0]));
  for (const [topic, numbers] of partitions) {
    const subscribed = sorted.filter(({ topics }) => topics.includes(topic));
    const ours = subscribed.filter(({ isOurs }) => isOurs);
    const takers = (ours.length > 0 ? ours : subscribed).map(({ memberId }) => memberId);
    for (const partition of numbers.toSorted((one, other) => one - other)) {
      const [first, ...others] = takers;
      if (first === undefined) break;
      const countOf = (memberId: string) => counts.get(memberId) ?? 0;
      const least = others.reduce(
        (best, memberId) => (countOf(memberId) < countOf(best) ? memberId : best),
        first,
      );
      counts.set(least, countOf(least) + 1);
      const topics = assignment.get(least);
      if (topics !== undefined) (topics[topic] ??= []).push(partition);
    }
  }
  return assignment;
}
