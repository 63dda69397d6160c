import type { Admin, TopicPartitions } from 'kafkajs';

/** What the brokers say of one partition. Offsets are next offsets: the first that has not been read or written. */
export interface PartitionOffsets {
  readonly partition: number;
  /** First offset the broker still has. */
  readonly low: bigint;
  /** Offset the next record written will get. */
  readonly high: bigint;
  /** What the consumer group has committed at the broker; undefined when nothing. */
  readonly committed: bigint | undefined;
}

export interface BrokerOffsets {
  readonly clusterId: string;
  /** All partitions of a topic. Throws when one of the `required` is not among them. */
  partitions(topic: string, required: readonly number[]): readonly PartitionOffsets[];
}

/**
 * Asks the brokers where the assigned topics begin and end, and what the consumer group has committed.
 *
 * @throws what the client throws.
 */
export async function readBrokerOffsets(
  admin: Admin,
  groupId: string,
  assigned: readonly TopicPartitions[],
): Promise<BrokerOffsets> {
  const { clusterId } = await admin.describeCluster();
  const topics = assigned.map(({ topic }) => topic);
  const committed = topics.length === 0 ? [] : await admin.fetchOffsets({ groupId, topics });
  const committedAt = (topic: string, partition: number): bigint | undefined => {
    const offsets = committed.find((entry) => entry.topic === topic)?.partitions ?? [];
    const value = BigInt(offsets.find((entry) => entry.partition === partition)?.offset ?? -1);
    // −1 is "none"; the client itself writes −1 or −2 when it resets a group.
    return value < 0n ? undefined : value;
  };
  const ends = new Map<string, readonly PartitionOffsets[]>();
  for (const topic of topics) {
    const offsets = await admin.fetchTopicOffsets(topic);
    ends.set(
      topic,
      offsets.map(({ partition, low, high }) => ({
        partition,
        low: BigInt(low),
        high: BigInt(high),
        committed: committedAt(topic, partition),
      })),
    );
  }
  return {
    // Some brokers that speak the protocol have no cluster id; the topic and partition still name the record.
    clusterId: clusterId === '' ? 'unnamed' : (clusterId ?? 'unnamed'),
    partitions: (topic, required) => {
      const described = ends.get(topic) ?? [];
      const missing = required.find((number) => !described.some(({ partition }) => partition === number));
      if (missing !== undefined)
        throw new Error(`the broker does not describe partition ${missing} of topic ${topic}`);
      return described;
    },
  };
}
