import kafkajs, {
  type Admin,
  type EachBatchPayload,
  type ITopicConfig,
  type Kafka,
  type Message,
  type Producer,
} from 'kafkajs';
import { createHash, randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Delivery, Source } from '@chargelog/domain';
import {
  createKafkaSource,
  GroupClaims,
  type IntakeBatchStats,
  type KafkaConsumerConfig,
} from '@chargelog/kafka';
import type { KafkaPosition, NotificationSource, Prepared, SourceHealth } from '@chargelog/pipeline';
import { eventually } from '../eventually.js';
import { MemoryEventLog } from '../memory/memory-event-log.js';
import type { TestBroker } from './start-broker.js';

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** One topic, one group, one event log, and any number of sources on them. Names are random: suites share a broker. */
export class KafkaBench {
  readonly topic = `ampeco.${randomBytes(5).toString('hex')}`;
  readonly groupId = `group-${this.topic}`;
  readonly eventLog = new MemoryEventLog();
  readonly lines: LogLine[] = [];
  readonly batches: IntakeBatchStats[] = [];
  readonly source: Source = { id: 7, name: 'ampeco-kafka', kind: 'kafka', tenant: 'acme', tenantId: 1 };
  readonly kafka: Kafka;
  private readonly admin: Admin;
  private readonly producer: Producer;
  private readonly sources: NotificationSource[] = [];
  private readonly claims = new GroupClaims();

  private readonly brokers: readonly string[];

  private constructor(broker: TestBroker) {
    this.brokers = broker.brokers.plaintext.split(',');
    this.kafka = new kafkajs.Kafka({
      brokers: [...this.brokers],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 },
    });
    this.admin = this.kafka.admin();
    this.producer = this.kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  }

  /** Name of a further topic, which is made as `createTopic` does. */
  async anotherTopic(topic: Partial<ITopicConfig> = {}): Promise<string> {
    const name = `ampeco.${randomBytes(5).toString('hex')}`;
    await this.createTopic({ ...topic, topic: name });
    return name;
  }

  /** Makes the topic. All of it is closed when the test ends. */
  static async open(broker: TestBroker, topic: Partial<ITopicConfig> = {}): Promise<KafkaBench> {
    const bench = new KafkaBench(broker);
    onTestFinished(() => bench.close());
    await bench.admin.connect();
    await bench.producer.connect();
    await bench.createTopic(topic);
    return bench;
  }

  async createTopic(topic: Partial<ITopicConfig> = {}): Promise<void> {
    await this.admin.createTopics({
      topics: [{ topic: this.topic, numPartitions: 1, ...topic }],
      waitForLeaders: false,
    });
    // The client's own wait gives up where a topic of this name was deleted a moment ago: "does not host this partition".
    await eventually(
      () => this.hasLeaders(topic.topic),
      (has) => has,
    );
  }

  /**
   * Starts a source on the topic with settings that suit a test; `config` wins.
   *
   * @param other what another gateway or another source of the same one has of its own
   */
  startSource(
    config: Partial<KafkaConsumerConfig> = {},
    other: { readonly eventLog?: MemoryEventLog; readonly source?: Source } = {},
  ): NotificationSource {
    const { eventLog = this.eventLog, source: row = this.source } = other;
    const source = createKafkaSource({
      source: row,
      config: withGetters(config, {
        brokers: this.brokers,
        topics: [this.topic],
        groupId: this.groupId,
        securityProtocol: 'PLAINTEXT',
        startFrom: 'earliest',
        sessionTimeoutMs: 6_000,
        heartbeatIntervalMs: 300,
        maxWaitMs: 100,
        lagIntervalMs: 200,
        restartBackOffMs: 200,
      }),
      eventLog,
      positions: eventLog,
      prepare: prepareForTest,
      claims: this.claims,
      log: (level, message, fields) => this.lines.push({ level, message, fields }),
      onBatch: (stats) => this.batches.push(stats),
    });
    this.sources.push(source);
    source.start();
    return source;
  }

  async produce(
    messages: readonly (Message | string)[],
    partition = 0,
    topic: string = this.topic,
  ): Promise<void> {
    const list = messages.map((message) => (typeof message === 'string' ? { value: message } : message));
    await this.producer.send({ topic, messages: list.map((m) => ({ partition, ...m })) });
  }

  /** Returns when a producer can write to them. */
  async addPartitions(count: number): Promise<void> {
    await this.admin.createPartitions({ topicPartitions: [{ topic: this.topic, count }] });
    await eventually(
      async () => (await this.hasLeaders()) && this.admin.fetchTopicOffsets(this.topic),
      (offsets) => offsets !== false && offsets.length === count,
    );
    // Its producer only learns of them by asking for the metadata anew.
    await this.producer.disconnect();
    await this.producer.connect();
  }

  /** Bodies in the order they were taken. */
  bodies(): readonly string[] {
    return this.eventLog.taken.map(({ delivery }) => delivery.body.toString());
  }

  async untilTaken(count: number): Promise<void> {
    await eventually(
      () => this.eventLog.taken.length,
      (taken) => taken >= count,
    );
  }

  async untilHealth(
    source: NotificationSource,
    matches: (health: SourceHealth) => boolean,
  ): Promise<SourceHealth> {
    return eventually(() => source.health(), matches);
  }

  async clusterId(): Promise<string> {
    return (await this.admin.describeCluster()).clusterId;
  }

  async position(partition = 0): Promise<bigint | undefined> {
    return (await this.eventLog.load(this.source.id, await this.clusterId(), this.topic)).get(partition);
  }

  async positions(count: number): Promise<readonly (bigint | undefined)[]> {
    const known = await this.eventLog.load(this.source.id, await this.clusterId(), this.topic);
    return Array.from({ length: count }, (_, partition) => known.get(partition));
  }

  async setPosition(nextOffset: bigint, partition = 0): Promise<void> {
    const at = { sourceId: this.source.id, clusterId: await this.clusterId(), topic: this.topic, partition };
    this.eventLog.setPosition({ ...at, nextOffset } satisfies KafkaPosition);
  }

  /** Offset the next record of a partition gets. */
  async endOffset(partition = 0): Promise<number> {
    const offsets = await this.admin.fetchTopicOffsets(this.topic);
    return Number(offsets.find((end) => end.partition === partition)?.high);
  }

  /** Offset of the first record that can still be read, whatever the topic's start is said to be. */
  async firstRecord(): Promise<number> {
    const groupId = `first-${randomBytes(5).toString('hex')}`;
    const consumer = this.kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
    await consumer.subscribe({ topic: this.topic, fromBeginning: true });
    const first = await new Promise<number>((resolve, reject) => {
      const eachBatch = ({ batch }: EachBatchPayload) =>
        Promise.resolve(resolve(Number(batch.firstOffset())));
      consumer.run({ eachBatch }).catch(reject);
    });
    await consumer.disconnect();
    return first;
  }

  /** A member of the group that is no Chargelog, with everything it was given when it has joined. Leaves when the test ends. */
  async joinStranger(
    clientId: string,
    assignerName?: string,
  ): Promise<{ readonly held: () => number; leave: () => Promise<void> }> {
    const kafka = new kafkajs.Kafka({
      brokers: [...this.brokers],
      clientId,
      logLevel: kafkajs.logLevel.NOTHING,
    });
    const consumer = kafka.consumer({
      groupId: this.groupId,
      maxWaitTimeInMs: 50,
      heartbeatInterval: 200,
      sessionTimeout: 6_000,
      ...(assignerName !== undefined && {
        partitionAssigners: [
          (config) => ({ ...kafkajs.PartitionAssigners.roundRobin(config), name: assignerName }),
        ],
      }),
    });
    let held = 0;
    const joined = new Promise<void>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        held = Object.values(payload.memberAssignment).flat().length;
        resolve();
      });
    });
    await consumer.subscribe({ topic: this.topic, fromBeginning: true });
    await consumer.run({ eachMessage: () => Promise.resolve() });
    await joined;
    const leave = () => consumer.disconnect();
    onTestFinished(leave);
    return { held: () => held, leave };
  }

  /** What the group has committed; −1 when nothing. */
  async groupOffset(partition = 0): Promise<number> {
    const [offsets] = await this.admin.fetchOffsets({ groupId: this.groupId, topics: [this.topic] });
    return Number(offsets?.partitions.find((p) => p.partition === partition)?.offset);
  }

  /** Commits as a member of the group; the admin's own way waits for a long poll of five seconds. */
  async setGroupOffset(offset: number, partition = 0): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: this.groupId,
      maxWaitTimeInMs: 50,
      // A first join that a new broker answers late leaves a member behind, which nobody waits for longer than this.
      sessionTimeout: 1_000,
      rebalanceTimeout: 1_000,
      heartbeatInterval: 300,
    });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.subscribe({ topic: this.topic });
    await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
    await joined;
    await consumer.commitOffsets([{ topic: this.topic, partition, offset: String(offset) }]);
    await consumer.disconnect();
  }

  async deleteGroup(): Promise<void> {
    await this.admin.deleteGroups([this.groupId]);
  }

  /** Deletes every record below `offset`, as retention would. */
  async deleteRecordsBelow(offset: number, partition = 0): Promise<void> {
    // The client looks for the partition's leader before it has asked for the topic's metadata.
    await this.admin.fetchTopicOffsets(this.topic);
    await this.admin.deleteTopicRecords({
      topic: this.topic,
      partitions: [{ partition, offset: String(offset) }],
    });
  }

  async deleteTopic(topic: string = this.topic): Promise<void> {
    await this.admin.deleteTopics({ topics: [topic] });
    await eventually(
      () => this.admin.listTopics(),
      (topics) => !topics.includes(topic),
    );
  }

  async topicExists(): Promise<boolean> {
    return (await this.admin.listTopics()).includes(this.topic);
  }

  /** Forbids a user everything on the topic or the group. Returns how to allow it again. */
  async deny(what: 'topic' | 'group', username: string): Promise<() => Promise<void>> {
    const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
    const acl = {
      resourceType: what === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
      resourceName: what === 'topic' ? this.topic : this.groupId,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${username}`,
      host: '*',
      operation: AclOperationTypes.ALL,
      permissionType: AclPermissionTypes.DENY,
    };
    await this.admin.createAcls({ acl: [acl] });
    return async () => void (await this.admin.deleteAcls({ filters: [acl] }));
  }

  private async close(): Promise<void> {
    this.eventLog.comeBack();
    await Promise.all(this.sources.map((source) => source.close()));
    await this.producer.disconnect();
    await this.admin.disconnect();
  }

  private async hasLeaders(topic: string = this.topic): Promise<boolean> {
    try {
      const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
      return topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
    } catch {
      return false;
    }
  }
}

/** What `config` does not hold is taken from the defaults; its getters stay what they are. */
function withGetters(
  config: Partial<KafkaConsumerConfig>,
  defaults: KafkaConsumerConfig,
): KafkaConsumerConfig {
  return Object.defineProperties({ ...defaults }, Object.getOwnPropertyDescriptors(config));
}

/** As the pipeline does in outline: what is no JSON object goes to quarantine, the content names the event. */
function prepareForTest(delivery: Delivery): Prepared {
  try {
    const value: unknown = JSON.parse(delivery.body.toString());
    if (typeof value !== 'object' || value === null) throw new Error('not an object');
  } catch (error) {
    return { outcome: 'quarantine', delivery, reason: 'not-json', detail: String(error) };
  }
  return {
    outcome: 'event',
    delivery,
    id: createHash('sha256').update(delivery.body).digest().subarray(0, 16),
    undatedKey: undefined,
    undatedStamp: undefined,
    notification: 'test',
    type: 'unrecognized',
    subject: undefined,
    related: {},
    flags: 0,
    departures: [],
  };
}

/** Distinct notifications, numbered from `from`. */
export function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => JSON.stringify({ notification: 'test', number: from + i }));
}
