import kafkajs, {
  type Admin,
  type Consumer,
  type EachMessagePayload,
  type Producer,
  type ProducerRecord,
} from 'kafkajs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findKafka } from './find-kafka.js';
import { sharedBroker } from './shared-broker.js';
import type { TestBroker } from './start-broker.js';

const found = await findKafka();
const title = 'what the Kafka client needs from a broker';

/**
 * Forty things the client does on the wire, each against the real broker: a new Kafka version or another broker that
 * speaks the protocol has to pass all of them before it is offered.
 */
describe.skipIf(!found.available)(found.available ? title : `${title} (skipped: ${found.reason})`, () => {
  const { CompressionTypes, ConfigResourceTypes, Partitioners } = kafkajs;
  let broker: TestBroker;
  let kafka: kafkajs.Kafka;
  let admin: Admin;
  let producer: Producer;
  const consumers = new Set<Consumer>();
  const unique = `steps-${process.pid}-${Date.now()}`;
  const topic = `${unique}-main`;

  const createConsumer = (groupId: string, options: { sessionTimeout?: number } = {}) => {
    const consumer = kafka.consumer({
      groupId: `${unique}-${groupId}`,
      maxWaitTimeInMs: 100,
      sessionTimeout: 6_000,
      heartbeatInterval: 300,
      ...options,
    });
    consumers.add(consumer);
    return consumer;
  };

  /** Reads values until there are `count`, then disconnects. Auto-commit, from the beginning. */
  const readAll = async (groupId: string, from: string | RegExp, count: number): Promise<string[]> => {
    const consumer = createConsumer(groupId);
    const values: string[] = [];
    await consumer.subscribe({ topics: [from], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      // The client starts again by itself after a fault that passes: a fresh broker is still loading its groups.
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      const eachMessage = ({ message }: EachMessagePayload) => {
        values.push(message.value?.toString() ?? '');
        if (values.length >= count) resolve();
        return Promise.resolve();
      };
      consumer.run({ eachMessage }).catch(() => undefined); // reported by CRASH
    });
    await consumer.disconnect();
    return values;
  };

  const send = (
    to: string,
    values: readonly string[],
    more: Pick<ProducerRecord, 'acks' | 'compression'> = {},
  ) => producer.send({ topic: to, messages: values.map((value) => ({ value, partition: 0 })), ...more });
  const values = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `v${from + i}`);
  const createTopic = (name: string, numPartitions = 1) =>
    admin.createTopics({ topics: [{ topic: name, numPartitions }], waitForLeaders: true });
  const nextTry = () => new Promise((resolve) => setTimeout(resolve, 20));
  const joined = (consumer: Consumer) =>
    new Promise<Record<string, number[]>>((resolve) => {
      const forget = consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        forget();
        resolve(payload.memberAssignment);
      });
    });

  beforeAll(async () => {
    broker = await sharedBroker();
    kafka = new kafkajs.Kafka({
      brokers: broker.brokers.plaintext.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 1_000 },
    });
    admin = kafka.admin();
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  });
  afterEach(async () => {
    await Promise.all([...consumers].map((consumer) => consumer.disconnect()));
    consumers.clear();
  });
  afterAll(async () => {
    await producer.disconnect();
    await admin.disconnect();
  });

  it('1 admin connects', () => admin.connect());
  it('2 lists topics', async () => expect(await admin.listTopics()).not.toContain(topic));
  it('3 describes the cluster', async () => {
    expect(await admin.describeCluster()).toMatchObject({
      clusterId: expect.stringMatching(/./),
      brokers: [{}],
    });
  });
  it('4 creates a topic', async () => expect(await createTopic(topic, 3)).toBe(true));
  it('5 says that it exists', async () => expect(await createTopic(topic, 3)).toBe(false));
  it('6 fetches its metadata', async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    expect(topics[0]?.partitions).toHaveLength(3);
  });
  it('7 adds partitions', async () => {
    await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] });
    expect((await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions).toHaveLength(4);
  });
  it('8 describes a configuration', async () => {
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }];
    const { resources: described } = await admin.describeConfigs({ resources, includeSynonyms: false });
    expect(described[0]?.configEntries[0]?.configValue).toBe('604800000');
  });
  it('9 alters a configuration', async () => {
    const configEntries = [{ name: 'retention.ms', value: '1000000' }];
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }];
    await admin.alterConfigs({ validateOnly: false, resources });
    const { resources: described } = await admin.describeConfigs({
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }],
      includeSynonyms: false,
    });
    expect(described[0]?.configEntries[0]?.configValue).toBe('1000000');
  });

  it('10 producer connects', () => producer.connect());
  it('11 creates a topic by sending to it', async () => {
    await producer.send({ topic: `${unique}-auto`, messages: [{ value: 'x' }] });
    expect(await admin.listTopics()).toContain(`${unique}-auto`);
  });
  it('12 spreads 100 keyed records over the partitions', async () => {
    const messages = Array.from({ length: 100 }, (_, i) => ({ key: `k${i}`, value: `v${i}` }));
    const sent = await producer.send({ topic, messages });
    expect(sent.length).toBeGreaterThan(1);
  });
  it('13 sends gzip', async () => {
    await createTopic(`${unique}-gzip`);
    await send(`${unique}-gzip`, values(50), { compression: CompressionTypes.GZIP });
    expect(await readAll('gzip', `${unique}-gzip`, 50)).toEqual(values(50));
  });
  it('14 sends without waiting (acks 0)', async () => {
    await createTopic(`${unique}-acks`);
    await send(`${unique}-acks`, ['a'], { acks: 0 });
  });
  it('15 sends and waits for the leader (acks 1)', async () => {
    expect(await send(`${unique}-acks`, ['b'], { acks: 1 })).toMatchObject([
      { errorCode: 0, baseOffset: '1' },
    ]);
  });
  it('16 sends to two topics at once', async () => {
    await createTopic(`${unique}-second`);
    const topicMessages = ['acks', 'second'].map((name) => ({
      topic: `${unique}-${name}`,
      messages: [{ value: 'c', partition: 0 }],
    }));
    expect(await producer.sendBatch({ topicMessages })).toHaveLength(2);
  });
  it('17 fetches the ends of a topic', async () => {
    expect(await admin.fetchTopicOffsets(`${unique}-acks`)).toMatchObject([{ low: '0', high: '3' }]);
  });
  it('18 fetches offsets by time', async () => {
    expect(await admin.fetchTopicOffsetsByTimestamp(`${unique}-acks`, 0)).toMatchObject([{ offset: '0' }]);
  });

  it('19 a group reads from the beginning', async () => {
    await createTopic(`${unique}-group`);
    await send(`${unique}-group`, values(20));
    expect(await readAll('resume', `${unique}-group`, 20)).toEqual(values(20));
  });
  it('20 its offsets are committed', async () => {
    const [offsets] = await admin.fetchOffsets({ groupId: `${unique}-resume`, topics: [`${unique}-group`] });
    expect(offsets?.partitions).toMatchObject([{ offset: '20' }]);
  });
  it('21 it resumes there', async () => {
    await send(`${unique}-group`, values(5, 20));
    expect(await readAll('resume', `${unique}-group`, 5)).toEqual(values(5, 20));
  });
  it('22 a batch committed by hand is not read again', async () => {
    const read = async (commitAt: string) => {
      const consumer = createConsumer('manual');
      await consumer.subscribe({ topics: [`${unique}-group`], fromBeginning: true });
      const first = await new Promise<string>((resolve, reject) => {
        consumer
          .run({
            autoCommit: false,
            eachBatchAutoResolve: false,
            eachBatch: async ({ batch }) => {
              await consumer.commitOffsets([{ topic: batch.topic, partition: 0, offset: commitAt }]);
              resolve(batch.firstOffset() ?? '');
            },
          })
          .catch(reject);
      });
      await consumer.disconnect();
      return first;
    };
    expect(await read('7')).toBe('0');
    expect(await read('25')).toBe('7');
  });
  it('23 two consumers share partitions, and one takes over when the other leaves', async () => {
    const [one, two] = [createConsumer('shared'), createConsumer('shared')];
    for (const consumer of [one, two]) await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const eachMessage = () => Promise.resolve();
    const alone = joined(one);
    await one.run({ eachMessage });
    expect((await alone)[topic]).toHaveLength(4);
    const shared = Promise.all([joined(one), joined(two)]);
    await two.run({ eachMessage });
    for (const assignment of await shared) expect(assignment[topic]).toHaveLength(2);
    const left = joined(one);
    await two.disconnect();
    expect((await left)[topic]).toHaveLength(4);
  });
  it('24 one takes over when the other is killed', async () => {
    const groupId = `${unique}-killed`;
    const code = `
      const { Kafka, logLevel } = require(${JSON.stringify(createRequire(import.meta.url).resolve('kafkajs'))});
      const kafka = new Kafka({ brokers: ${JSON.stringify(broker.brokers.plaintext.split(','))}, logLevel: logLevel.NOTHING });
      const consumer = kafka.consumer({ groupId: '${groupId}', sessionTimeout: 1500, heartbeatInterval: 200, maxWaitTimeInMs: 100 });
      consumer.on('consumer.group_join', () => console.log('joined'));
      consumer.subscribe({ topics: ['${topic}'] }).then(() => consumer.run({ eachMessage: async () => {} }));`;
    const member = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(member.stdout, 'data');
    const survivor = createConsumer('killed', { sessionTimeout: 1_500 });
    await survivor.subscribe({ topics: [topic] });
    const shared = joined(survivor);
    await survivor.run({ eachMessage: () => Promise.resolve() });
    expect((await shared)[topic]).toHaveLength(2);
    const alone = joined(survivor);
    member.kill('SIGKILL');
    expect((await alone)[topic]).toHaveLength(4);
  });

  it('25 lists groups', async () => {
    const { groups } = await admin.listGroups();
    expect(groups.map(({ groupId }) => groupId)).toContain(`${unique}-resume`);
  });
  it('26 describes a group', async () => {
    const { groups } = await admin.describeGroups([`${unique}-resume`]);
    expect(groups).toMatchObject([{ state: 'Empty', protocolType: 'consumer' }]);
  });
  it('27 sets the offsets of a group', async () => {
    const [groupId, name] = [`${unique}-resume`, `${unique}-group`];
    await admin.setOffsets({ groupId, topic: name, partitions: [{ partition: 0, offset: '22' }] });
    expect(await readAll('resume', name, 3)).toEqual(values(3, 22));
  });
  it('28 deletes a group', async () => {
    const groupId = `${unique}-resume`;
    expect(await admin.deleteGroups([groupId])).toMatchObject([{ groupId, errorCode: 0 }]);
  });

  it('29 sends idempotently', async () => {
    await createTopic(`${unique}-tx`);
    const idempotent = kafka.producer({
      idempotent: true,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await idempotent.connect();
    await idempotent.send({ topic: `${unique}-tx`, messages: [{ value: 'i' }] });
    await idempotent.disconnect();
  });
  it('30 commits and aborts transactions; readers see what was committed', async () => {
    const transactional = kafka.producer({
      transactionalId: `${unique}-tx`,
      maxInFlightRequests: 1,
      idempotent: true,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await transactional.connect();
    for (const [value, end] of [
      ['aborted', 'abort'],
      ['committed', 'commit'],
    ] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({ topic: `${unique}-tx`, messages: [{ value }] });
      await transaction[end]();
    }
    await transactional.disconnect();
    expect(await readAll('tx', `${unique}-tx`, 2)).toEqual(['i', 'committed']);
  });

  it('31 pauses, seeks and resumes', async () => {
    const name = `${unique}-group`;
    const consumer = createConsumer('seek');
    const seen: string[] = [];
    await consumer.subscribe({ topics: [name], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachMessage = (payload: EachMessagePayload) => {
        const { message } = payload;
        seen.push(message.offset);
        if (seen.length === 1) {
          const resume = payload.pause();
          consumer.seek({ topic: name, partition: 0, offset: '23' });
          setImmediate(resume);
        }
        if (message.offset === '24') resolve();
        return Promise.resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    expect(seen).toEqual(['0', '23', '24']);
  });
  it('32 subscribes by pattern', async () => {
    expect(await readAll('pattern', new RegExp(`^${unique}-(second|auto)$`), 2)).toHaveLength(2);
  });
  it('33 creates a topic by subscribing to it', async () => {
    const consumer = createConsumer('creating');
    const subscribe = () => consumer.subscribe({ topics: [`${unique}-by-consumer`] });
    // The broker starts to create it and calls it unknown meanwhile, which the client takes for its last word.
    await subscribe().catch(async (error: unknown) => {
      expect(error).toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' });
      while (!(await admin.listTopics()).includes(`${unique}-by-consumer`)) await nextTry();
      await subscribe();
    });
    const assigned = joined(consumer);
    await consumer.run({ eachMessage: () => Promise.resolve() });
    await assigned;
    expect(await admin.listTopics()).toContain(`${unique}-by-consumer`);
  });
  it('34 says that a topic is missing', async () => {
    await expect(admin.fetchTopicMetadata({ topics: [`${unique}-missing`] })).rejects.toMatchObject({
      type: 'UNKNOWN_TOPIC_OR_PARTITION',
    });
  });
  it('35 carries a record of 900 KB', async () => {
    await createTopic(`${unique}-large`);
    await send(`${unique}-large`, ['x'.repeat(900_000)]);
    expect((await readAll('large', `${unique}-large`, 1))[0]).toHaveLength(900_000);
  });
  it('36 refuses one of 2 MB', async () => {
    await expect(send(`${unique}-large`, ['x'.repeat(2_000_000)])).rejects.toMatchObject({
      type: 'MESSAGE_TOO_LARGE',
    });
  });
  it('37 keeps 100,000 records in order', async () => {
    await createTopic(`${unique}-many`);
    for (let from = 0; from < 100_000; from += 10_000) await send(`${unique}-many`, values(10_000, from));
    expect(await readAll('many', `${unique}-many`, 100_000)).toEqual(values(100_000));
  });

  it('38 deletes records', async () => {
    const name = `${unique}-many`;
    await admin.fetchTopicOffsets(name);
    await admin.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: '99990' }] });
    expect(await admin.fetchTopicOffsets(name)).toMatchObject([{ low: '99990', high: '100000' }]);
  });
  it('39 describes access rules', async () => {
    const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
    // Of its own topic: other files that share the broker make rules as well.
    const any = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.ANY,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
    };
    expect(await admin.describeAcls(any)).toMatchObject({ resources: [] });
  });
  it('40 deletes topics', async () => {
    await admin.deleteTopics({ topics: [topic] });
    const remains = async () => (await admin.listTopics()).includes(topic);
    while (await remains()) await nextTry();
  });
});
