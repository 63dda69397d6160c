import type { Cluster, Kafka, KafkaMessage } from 'kafkajs';
import type { InnerBroker, InnerCluster } from '../kafkajs-patches/inner-cluster.js';
import { acceptPartialAnswers } from '../kafkajs-patches/partial-answers.patch.js';
import { CLIENT_RETRY } from './consumer-config.js';
import { describeNewProtocolGroup } from './consumer-group-describe.js';
import { codeText, errorText } from './fault-text.js';
import { readAssignment, readSubscription, type MemberIdentity } from './member-identity.js';
import { keyOf } from './partition-ledger.js';
import { leaderEpochEndCall } from '../wire/leader-epoch-end.js';
import { toProtocolCall, type OwnCall } from '../wire/own-call.js';
import { topicsCall, type TopicIdentity } from '../wire/topic-identity.js';

/** What the brokers say of one topic, which may be that it is not there. */
export interface TopicFacts {
  readonly topic: string;
  /** Error code of the Kafka protocol; 0 when there is none. */
  readonly code: number;
  readonly partitions: readonly PartitionFacts[];
}

interface PartitionFacts {
  readonly partition: number;
  /** Number of a broker; undefined when the partition has no leader. */
  readonly leader: number | undefined;
  /** Numbers of the brokers that hold a copy. */
  readonly replicas: readonly number[];
}

/** Where a partition begins and ends. Each is the next offset: the first that has not been read or written. */
export interface PartitionEnds {
  readonly low: bigint;
  /** The high watermark: the offset that the next record gets. */
  readonly high: bigint;
  /** Where the first open transaction begins; `high` when there is none. */
  readonly stable: bigint;
}

/** By partition, as `keyOf` names it. Each partition with a leader is in one of both. */
interface ListedEnds {
  readonly ends: ReadonlyMap<string, PartitionEnds>;
  /** Why a partition's ends are not known, with what to do. */
  readonly faults: ReadonlyMap<string, string>;
}

export interface GroupMember {
  readonly memberId: string;
  readonly clientId: string;
  /** Address it has joined from. */
  readonly host: string;
  readonly topics: readonly string[];
  readonly held: ReadonlyMap<string, readonly number[]>;
  /** Undefined for a member that is not a Chargelog, and for all where `tellsIdentity` is false. */
  readonly identity: MemberIdentity | undefined;
  /** False in a group of the newer protocol, which does not show what members of the older one say of themselves. */
  readonly tellsIdentity: boolean;
  /** True for a member of the newer protocol (KIP-848), which we never are. */
  readonly isOfNewProtocol: boolean | undefined;
}

export interface ConsumerGroup {
  /** `Stable` when everybody has what it was given; only then the members tell more than their names. */
  readonly state: string;
  readonly members: readonly GroupMember[];
}

/** A broker that takes a connection and says nothing is given up after this long. */
const ANSWER_LIMIT_MS = 6_000;
const EARLIEST = -2;
const LATEST = -1;

/**
 * Asks brokers about topics and groups, about no other topics than those that are named, and takes an answer that is an error
 * in one part for what it is. A connection of its own, beside that of the consumer.
 *
 * Everything throws what the client throws; `errorText` makes a sentence of it.
 */
export class BrokerAccess {
  private constructor(private readonly cluster: InnerCluster) {}

  static async open(kafka: Kafka): Promise<BrokerAccess> {
    let found: Cluster | undefined;
    // The client hands its cluster to whoever may share out partitions. This consumer never joins a group.
    kafka.consumer({
      groupId: 'never-joined',
      allowAutoTopicCreation: false,
      retry: { ...CLIENT_RETRY },
      partitionAssigners: [
        ({ cluster }) => {
          found = cluster;
          return { name: '', version: 0, assign: () => Promise.resolve([]), protocol: () => NO_PROTOCOL };
        },
      ],
    });
    if (found === undefined) throw new Error('the Kafka client does not hand out its cluster');
    const problem = acceptPartialAnswers(found);
    if (problem !== undefined) throw new Error(problem);
    const access = new BrokerAccess(found as InnerCluster);
    try {
      await found.connect();
      return access;
    } catch (error) {
      await access.close();
      throw error;
    }
  }

  /** Never rejects. */
  async close(): Promise<void> {
    await this.cluster.disconnect().catch(() => undefined);
  }

  /** Looks at the topics anew, and with them at the cluster: `clusterId` and `addressOf` tell what was seen then. */
  async describe(topics: readonly string[]): Promise<readonly TopicFacts[]> {
    await this.cluster.addMultipleTargetTopics([...topics]);
    await inTime(this.cluster.refreshMetadata());
    const found = new Map(this.metadata.topicMetadata.map((entry) => [entry.topic, entry]));
    return topics.map((topic) => {
      const { topicErrorCode: code, partitionMetadata } = found.get(topic) ?? NO_SUCH_TOPIC;
      const partitions = partitionMetadata.map(({ partitionId: partition, leader, replicas }) => ({
        partition,
        leader: leader < 0 ? undefined : leader,
        replicas,
      }));
      return { topic, code, partitions };
    });
  }

  /** Some brokers that speak the protocol have no cluster id; the topic and partition still name the record. */
  get clusterId(): string {
    const { clusterId } = this.metadata;
    return clusterId === '' ? 'unnamed' : (clusterId ?? 'unnamed');
  }

  /** `host:port`; undefined for a broker that the cluster does not know at the moment. */
  addressOf(nodeId: number): string | undefined {
    const broker = this.metadata.brokers.find((known) => known.nodeId === nodeId);
    return broker && `${broker.host}:${broker.port}`;
  }

  /** Asks each leader for its partitions. One that is away keeps nobody else's from being told. */
  async ends(topics: readonly TopicFacts[]): Promise<ListedEnds> {
    const byLeader = new Map<number, { topic: string; partition: number }[]>();
    for (const { topic, partitions } of topics) {
      for (const { partition, leader } of partitions) {
        if (leader === undefined) continue;
        const list = byLeader.get(leader) ?? [];
        byLeader.set(leader, list);
        list.push({ topic, partition });
      }
    }
    const ends = new Map<string, PartitionEnds>();
    const faults = new Map<string, string>();
    await Promise.all(
      [...byLeader].map(async ([leader, partitions]) => {
        try {
          const listed = await inTime(this.listEnds(leader, partitions));
          for (const [key, found] of listed) {
            if (typeof found === 'number') faults.set(key, codeText(found));
            else ends.set(key, found);
          }
        } catch (error) {
          const fault = `its leader, broker ${leader} (${this.addressOf(leader) ?? 'address unknown'}), does not tell its ends: ${errorText(error)}`;
          for (const { topic, partition } of partitions) faults.set(keyOf(topic, partition), fault);
        }
      }),
    );
    return { ends, faults };
  }

  /** By partition: the offset that the group has committed; absent when it has none. */
  async committed(groupId: string, topics: readonly TopicFacts[]): Promise<ReadonlyMap<string, bigint>> {
    const asked = topics
      .filter(({ partitions }) => partitions.length > 0)
      .map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({ partition })),
      }));
    if (asked.length === 0) return new Map();
    const coordinator = await this.coordinatorOf(groupId);
    const { responses } = await inTime(coordinator.offsetFetch({ groupId, topics: asked }));
    const offsets = responses.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => [keyOf(topic, partition), BigInt(offset)] as const),
    );
    // −1 is "none"; other clients write −1 or −2 when they reset a group.
    return new Map(offsets.filter(([, offset]) => offset >= 0n));
  }

  async group(groupId: string): Promise<ConsumerGroup> {
    const coordinator = await this.coordinatorOf(groupId);
    const { groups } = await inTime(coordinator.describeGroups({ groupIds: [groupId] }));
    const [group] = groups;
    if (group === undefined || group.state === 'Dead') {
      const members = await inTime(describeNewProtocolGroup(coordinator, groupId));
      if (members === undefined) return { state: 'Dead', members: [] };
      const known = members.map(({ clientHost: host, ...member }) => ({
        ...member,
        host,
        identity: undefined,
        tellsIdentity: false,
      }));
      return { state: 'Stable', members: known };
    }
    const members = group.members.map((member) => ({
      memberId: member.memberId,
      clientId: member.clientId,
      host: member.clientHost,
      ...readSubscription(member.memberMetadata),
      held: readAssignment(member.memberAssignment),
      tellsIdentity: true,
      isOfNewProtocol: false,
    }));
    return { state: group.state, members };
  }

  /**
   * Which topics they are that have these names, and the epochs of their leaders; of a broker that does not tell (before Kafka
   * 2.8) nothing.
   */
  async identify(topics: readonly string[]): Promise<readonly TopicIdentity[]> {
    if (topics.length === 0) return [];
    const broker = await inTime(this.cluster.brokerPool.findConnectedBroker());
    return (await ask(broker, topicsCall(topics))) ?? [];
  }

  /**
   * Offset behind the last record that this leader of a partition or an earlier one has written; undefined when the broker
   * does not tell, or knows no leader so late.
   */
  async endOfLeader(topic: string, partition: number, leaderEpoch: number): Promise<bigint | undefined> {
    const broker = await this.leaderOf(topic, partition);
    const end = await ask(broker, leaderEpochEndCall(topic, partition, leaderEpoch));
    return end === undefined || end.errorCode !== 0 || end.endOffset < 0n ? undefined : end.endOffset;
  }

  /** The records of the record batch in which an offset lies, or of the next one behind it; at once. */
  async recordsAt(topic: string, partition: number, offset: bigint): Promise<readonly KafkaMessage[]> {
    const broker = await this.leaderOf(topic, partition);
    const answer = await inTime(
      broker.fetch({
        replicaId: -1,
        isolationLevel: READ_UNCOMMITTED,
        maxWaitTime: 1,
        minBytes: 0,
        maxBytes: 1, // one whole record batch is sent all the same (KIP-74)
        topics: [{ topic, partitions: [{ partition, fetchOffset: offset.toString(), maxBytes: 1 }] }],
      }),
    );
    const [fetched] = (answer as FetchedRecords).responses.flatMap(({ partitions }) => partitions);
    // One with an error is left out.
    if (fetched === undefined) throw new Error(`its leader does not hand out the record at offset ${offset}`);
    return fetched.messages;
  }

  /** @throws Error when the partition has none. */
  private async leaderOf(topic: string, partition: number): Promise<InnerBroker> {
    const described = this.metadata.topicMetadata.find((known) => known.topic === topic);
    const leader =
      described?.partitionMetadata.find((known) => known.partitionId === partition)?.leader ?? -1;
    if (leader < 0) throw new Error('it has no leader at the moment');
    return (await inTime(this.cluster.findBroker({ nodeId: String(leader) }))) as unknown as InnerBroker;
  }

  private async coordinatorOf(groupId: string): Promise<InnerBroker> {
    return (await inTime(this.cluster.findGroupCoordinator({ groupId }))) as unknown as InnerBroker;
  }

  private async listEnds(
    leader: number,
    partitions: readonly { topic: string; partition: number }[],
  ): Promise<ReadonlyMap<string, PartitionEnds | number>> {
    const broker = (await this.cluster.findBroker({ nodeId: String(leader) })) as unknown as InnerBroker;
    const list = async (timestamp: number, isolationLevel: 0 | 1) => {
      const asked = [...new Set(partitions.map(({ topic }) => topic))].map((topic) => ({
        topic,
        partitions: partitions
          .filter((one) => one.topic === topic)
          .map(({ partition }) => ({ partition, timestamp })),
      }));
      const { responses } = await broker.listOffsets({ replicaId: -1, isolationLevel, topics: asked });
      return new Map(
        responses.flatMap(({ topic, partitions: listed }) =>
          listed.map(({ partition, errorCode, offset }) => [
            keyOf(topic, partition),
            { code: errorCode, offset: BigInt(offset ?? -1) },
          ]),
        ),
      );
    };
    // In this order: of what is written meanwhile the high watermark knows more than the others, never less.
    const [low, stable, high] = [await list(EARLIEST, 0), await list(LATEST, 1), await list(LATEST, 0)];
    return new Map(
      partitions.map(({ topic, partition }): [string, PartitionEnds | number] => {
        const key = keyOf(topic, partition);
        const found = [low.get(key), stable.get(key), high.get(key)];
        const code = found.find((one) => one !== undefined && one.code !== 0)?.code;
        if (code !== undefined) return [key, code];
        const [lowest, first, end] = found.map((one) => one?.offset ?? -1n);
        if (lowest === undefined || first === undefined || end === undefined || end < 0n)
          return [key, NOT_TOLD];
        return [key, { low: lowest, high: end, stable: first }];
      }),
    );
  }

  private get metadata() {
    const { metadata } = this.cluster.brokerPool;
    if (metadata === null) throw new Error('the brokers have not been asked yet');
    return metadata;
  }
}

interface FetchedRecords {
  readonly responses: readonly {
    readonly partitions: readonly { readonly messages: readonly KafkaMessage[] }[];
  }[];
}

/** @returns undefined when the broker does not know the call. */
async function ask<T>(broker: InnerBroker, call: OwnCall<T>): Promise<T | undefined> {
  const { minVersion, maxVersion } = broker.versions?.[call.apiKey] ?? { minVersion: 1, maxVersion: 0 };
  if (call.apiVersion < minVersion || call.apiVersion > maxVersion) return undefined;
  const { answer } = (await inTime(broker.connectionPool.send(toProtocolCall(call)))) as {
    readonly answer: T;
  };
  return answer;
}

const READ_UNCOMMITTED = 0;
const NO_PROTOCOL = { name: '', metadata: Buffer.alloc(0) };
const NO_SUCH_TOPIC = { topicErrorCode: 3, partitionMetadata: [] };
/** The brokers' own code for "not known". */
const NOT_TOLD = -1;

/** @throws Error when it takes too long; what was begun goes on for nobody. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${ANSWER_LIMIT_MS / 1_000} s: look at its load and its log`)),
      ANSWER_LIMIT_MS,
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
