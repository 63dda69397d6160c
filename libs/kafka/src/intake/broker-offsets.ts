import type { TopicPartitions } from 'kafkajs';
import type { BrokerAccess } from './broker-access.js';
import { codeText } from './fault-text.js';
import { keyOf } from './partition-ledger.js';

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
  /**
   * All partitions of a topic that can be asked about.
   *
   * @throws PartitionsUnknown when one of the `required` is not among them.
   */
  partitions(topic: string, required: readonly number[]): readonly PartitionOffsets[];
}

/** Some partitions cannot be asked about at the moment; what else was to be done with others can be done without them. */
export class PartitionsUnknown extends Error {
  override readonly name = 'PartitionsUnknown';

  /** @param reason as a sentence, with what to do */
  constructor(
    readonly topic: string,
    readonly partitions: readonly number[],
    readonly reason: string,
  ) {
    super(`${topic}/${partitions.join(', ')}: ${reason}`);
  }
}

/**
 * Asks the brokers where the assigned topics begin and end, and what the consumer group has committed.
 *
 * @throws what the client throws.
 */
export async function readBrokerOffsets(
  broker: BrokerAccess,
  groupId: string,
  assigned: readonly TopicPartitions[],
): Promise<BrokerOffsets> {
  // Asked about no topic, the client asks about all.
  if (assigned.length === 0) return { clusterId: 'unnamed', partitions: () => [] };
  const topics = await broker.describe(assigned.map(({ topic }) => topic));
  const { ends, faults } = await broker.ends(topics);
  const committed = await broker.committed(groupId, topics);
  return {
    clusterId: broker.clusterId,
    partitions: (topic, required) => {
      const facts = topics.find((known) => known.topic === topic);
      const described = (facts?.partitions ?? []).flatMap(({ partition }) => {
        const key = keyOf(topic, partition);
        const known = ends.get(key);
        if (known === undefined) return [];
        return [{ partition, low: known.low, high: known.high, committed: committed.get(key) }];
      });
      const missing = required.filter((number) => !described.some(({ partition }) => partition === number));
      const [first] = missing;
      if (first === undefined) return described;
      const isThere = facts?.partitions.some(({ partition }) => partition === first) === true;
      const LEADER_NOT_AVAILABLE = 5;
      const UNKNOWN_TOPIC_OR_PARTITION = 3;
      const code = isThere ? LEADER_NOT_AVAILABLE : facts?.code || UNKNOWN_TOPIC_OR_PARTITION;
      throw new PartitionsUnknown(topic, missing, faults.get(keyOf(topic, first)) ?? codeText(code));
    },
  };
}
