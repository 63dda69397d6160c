import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SourceHealth } from '@chargelog/pipeline';
import { eventually } from '@test/eventually.js';
import { findKafka } from '@test/kafka/find-kafka.js';
import { KafkaBench, numbered } from '@test/kafka/kafka-bench.js';
import { NewProtocolMember } from '@test/kafka/new-protocol-member.js';
import { sharedBroker } from '@test/kafka/shared-broker.js';
import type { TestBroker } from '@test/kafka/start-broker.js';
import { MemoryEventLog } from '@test/memory/memory-event-log.js';

const kafka = await findKafka();
const title = (text: string) => (kafka.available ? text : `${text} (skipped: ${kafka.reason})`);

/** Health with exactly one problem, of this kind and with this in its detail. */
const hasProblem = (kind: string, text: string) => (health: SourceHealth) =>
  health.state === 'blocked' &&
  health.problems.length === 1 &&
  health.problems[0]?.kind === kind &&
  health.problems[0].detail.includes(text) &&
  health.detail?.includes(text) === true;
const isSound = ({ state, detail, lag, problems }: SourceHealth) =>
  state === 'running' && detail === undefined && lag === 0n && problems.length === 0;

describe.skipIf(!kafka.available)(
  title('a Kafka source never says it is ready while something is not read'),
  () => {
    let broker: TestBroker;
    const open = (topic?: Parameters<typeof KafkaBench.open>[1]) => KafkaBench.open(broker, topic);

    beforeAll(async () => {
      broker = await sharedBroker();
    });

    it('records behind an open transaction are lag, and the transaction is named with its offset', async () => {
      const bench = await open();
      await bench.produce(numbered(2));
      const source = bench.startSource();
      await bench.untilHealth(source, isSound);
      const producer = bench.kafka.producer({
        transactionalId: bench.topic,
        idempotent: true,
        maxInFlightRequests: 1,
      });
      await producer.connect();
      const transaction = await producer.transaction();
      await transaction.send({ topic: bench.topic, messages: [{ value: '{"n":2}' }] });
      await bench.produce(numbered(5, 3));

      const health = await bench.untilHealth(
        source,
        hasProblem('open-transaction', `${bench.topic}/0 waits for an open transaction since offset 2`),
      );
      expect(health.lag).toBe(6n);
      expect(health.problems[0]?.whatToDo).toContain(
        `kafka-transactions.sh abort --topic ${bench.topic} --partition 0 --start-offset 2`,
      );
      expect(bench.eventLog.taken).toHaveLength(2);

      await transaction.commit();
      await producer.disconnect();
      await bench.untilTaken(8);
      await bench.untilHealth(source, isSound);
    });

    it('two gateways with two databases in one group: both say so, one of them reads everything', async () => {
      const bench = await open({ numPartitions: 4 });
      const first = bench.startSource();
      await bench.untilHealth(first, isSound);
      const otherLog = new MemoryEventLog();
      const second = bench.startSource({ clientId: 'second' }, { eventLog: otherLog });

      const seen = await bench.untilHealth(
        first,
        hasProblem(
          'foreign-member',
          'a gateway with another database (source ampeco-kafka) (client second at ',
        ),
      );
      expect(seen.problems[0]?.detail).toContain(`subscribes to ${bench.topic} and may be given it`);
      for (const partition of [0, 1, 2, 3]) await bench.produce(numbered(3, partition * 3), partition);
      await bench.untilTaken(12);
      const other = await bench.untilHealth(
        second,
        ({ lag, problems }) => lag === 12n && problems.length > 0,
      );
      expect(other).toMatchObject({ state: 'blocked', problems: [{ kind: 'foreign-member' }] });
      expect(other.detail).toContain(
        `holds ${bench.topic}/0, ${bench.topic}/1, ${bench.topic}/2, ${bench.topic}/3`,
      );
      expect(otherLog.taken).toEqual([]);

      await second.close();
      await bench.untilHealth(first, isSound);
    });

    it('a copy of this installation that shares the group is found by commits beyond what is stored here', async () => {
      const bench = await open({ numPartitions: 2 });
      const copy = new MemoryEventLog();
      copy.name = bench.eventLog.name;
      const first = bench.startSource();
      bench.startSource({}, { eventLog: copy });
      const produceSome = async () => {
        for (const partition of [0, 1]) await bench.produce(numbered(2), partition);
      };

      await eventually(
        () => produceSome().then(() => first.health()),
        ({ problems }) =>
          problems.some(({ detail }) => /somebody commits .* beyond what is stored here/.test(detail)),
      );

      expect(first.health()).toMatchObject({ state: 'blocked', problems: [{ kind: 'foreign-member' }] });
      expect(first.health().lag).toBeGreaterThan(0n);
    });

    it('two sources of one gateway in one group, with brokers spelt in two ways: the second is refused by name', async () => {
      const bench = await open();
      const other = await bench.anotherTopic();
      const [, port] = broker.brokers.plaintext.split(':');
      const second = { ...bench.source, id: bench.source.id + 1, name: 'ampeco-second' };
      const late = bench.startSource({ brokers: [`localhost:${port}`], topics: [other] }, { source: second });
      const first = bench.startSource();
      await bench.produce(numbered(3));
      await bench.untilHealth(first, isSound);
      // Until the other had told of its group, it may have read: nothing of that is lost.
      await bench.untilHealth(late, ({ problems }) => problems[0]?.kind === 'shared-group');

      await bench.produce(numbered(3, 3), 0, other);
      const health = await bench.untilHealth(late, ({ lag }) => lag === 3n);

      expect(health).toMatchObject({ source: 'ampeco-second', state: 'blocked' });
      expect(health.detail).toContain(`source ampeco-kafka has the same consumer group ${bench.groupId}`);
      expect(bench.bodies()).toEqual(expect.arrayContaining(numbered(3)));
    });

    it('instances with different lists of topics: a new topic is read at once by the one that knows it', async () => {
      const bench = await open({ numPartitions: 2 });
      const added = await bench.anotherTopic({ numPartitions: 2 });
      const old = bench.startSource();
      await bench.untilHealth(old, isSound);
      const recent = bench.startSource({ topics: [bench.topic, added] });
      for (const partition of [0, 1]) await bench.produce(numbered(2, partition * 2), partition, added);

      await bench.untilTaken(4);

      expect(bench.bodies().toSorted()).toEqual(numbered(4).toSorted());
      for (const source of [old, recent]) await bench.untilHealth(source, isSound);
    });

    it('a stranger that joins the group is named, and given nothing', async () => {
      const bench = await open({ numPartitions: 2 });
      const source = bench.startSource();
      await bench.untilHealth(source, isSound);
      const stranger = await bench.joinStranger('curious\nreport');

      await bench.untilHealth(
        source,
        hasProblem('foreign-member', 'another program (client curious\\nreport at '),
      );
      expect(stranger.held()).toBe(0);
      for (const partition of [0, 1]) await bench.produce(numbered(2, partition * 2), partition);
      await bench.untilTaken(4);

      await stranger.leave();
      await bench.untilHealth(source, isSound);
    });

    it('a stranger that leads the group and takes a partition: its records are lag, and are read when it has left', async () => {
      const bench = await open({ numPartitions: 2 });
      const stranger = await bench.joinStranger('older');
      const source = bench.startSource();
      await bench.untilHealth(
        source,
        ({ state, problems }) => state === 'blocked' && /holds .*\/\d/.test(problems[0]?.detail ?? ''),
      );
      for (const partition of [0, 1]) await bench.produce(numbered(2, partition * 2), partition);

      await bench.untilTaken(2);
      const health = await bench.untilHealth(source, ({ lag }) => lag === 2n);
      expect(health).toMatchObject({ state: 'blocked', problems: [{ kind: 'foreign-member' }] });

      await stranger.leave();
      await bench.untilTaken(4);
      await bench.untilHealth(source, isSound);
    });

    it('another program that shares the group out in its own way: it is named, and so is why nothing is read', async () => {
      const bench = await open();
      const stranger = await bench.joinStranger('range', 'range');
      const source = bench.startSource();

      const health = await bench.untilHealth(
        source,
        ({ state, problems }) => state === 'restarting' && problems.length > 0,
      );
      expect(health.detail).toContain('share it out in another way: give this source a `groupId` of its own');
      expect(health.problems).toMatchObject([{ kind: 'foreign-member' }]);
      expect(health.problems[0]?.detail).toContain(`(client range at `);

      await stranger.leave();
      await bench.produce(numbered(2));
      await bench.untilTaken(2);
      await bench.untilHealth(source, isSound);
    });

    it('a consumer of the newer group protocol is named with the partitions it holds', async () => {
      const bench = await open({ numPartitions: 2 });
      const source = bench.startSource();
      await bench.untilHealth(source, isSound);
      const member = await NewProtocolMember.join(broker.brokers.plaintext, bench.groupId, [bench.topic]);
      await eventually(
        () => member.heldCount,
        (count) => count === 1,
      );

      const health = await bench.untilHealth(source, ({ problems }) =>
        /a consumer of the newer group protocol \(client newer at .*holds /.test(problems[0]?.detail ?? ''),
      );
      expect(health).toMatchObject({ state: 'blocked', problems: [{ kind: 'foreign-member' }] });

      await member.leave();
      await bench.untilHealth(source, isSound);
    });

    it('asks about its own topics and no others', async () => {
      const bench = await open();
      const topics = [bench.topic, `${bench.topic}.later`];
      const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker') as {
        prototype: { metadata: (asked: readonly string[]) => Promise<unknown> };
      };
      const metadata = vi.spyOn(prototype, 'metadata');
      onTestFinished(() => metadata.mockRestore());
      const source = bench.startSource({ topics });

      await bench.untilHealth(source, hasProblem('topic-missing', `topic ${topics[1]} does not exist`));

      const asked = metadata.mock.calls.map(([names]) => names);
      expect(asked.length).toBeGreaterThan(3);
      // Asked for no topic, a broker tells of all.
      expect(asked.filter((names) => names.length === 0)).toEqual([]);
      expect(asked.flat().filter((name) => !topics.includes(name))).toEqual([]);
    });

    it('one of several topics is missing: it is named, the others are read, and it is read when it is there', async () => {
      const bench = await open();
      await bench.produce(numbered(2));
      const missing = `${bench.topic}.later`;
      const source = bench.startSource({ topics: [missing, bench.topic] });

      await bench.untilTaken(2);
      await bench.untilHealth(source, hasProblem('topic-missing', `topic ${missing} does not exist`));
      await bench.produce(numbered(2, 2));
      await bench.untilTaken(4);

      await bench.createTopic({ topic: missing });
      await bench.produce(numbered(2, 4), 0, missing);
      await bench.untilTaken(6);
      await bench.untilHealth(source, isSound);
    });

    it('one of several topics is deleted while it runs: it is named, and the others are read on', async () => {
      const bench = await open();
      const doomed = await bench.anotherTopic();
      const source = bench.startSource({ topics: [doomed, bench.topic] });
      await bench.produce(numbered(2), 0, doomed);
      await bench.untilTaken(2);

      await bench.deleteTopic(doomed);
      await bench.untilHealth(source, hasProblem('topic-missing', `topic ${doomed} does not exist`));
      await bench.produce(numbered(2, 2));
      await bench.untilTaken(4);
    });

    it('one of several topics is hidden from this user: it is named with the cure, and the others are read', async () => {
      const bench = await open();
      const seen = await bench.anotherTopic();
      const allow = await bench.deny('topic', broker.username);
      await bench.produce(numbered(2), 0, seen);
      await bench.produce(numbered(2, 2));
      const source = bench.startSource({
        topics: [bench.topic, seen],
        brokers: [broker.brokers.saslPlaintext],
        securityProtocol: 'SASL_PLAINTEXT',
        sasl: { mechanism: 'PLAIN', username: broker.username, password: broker.password },
      });

      await bench.untilTaken(2);
      const health = await bench.untilHealth(
        source,
        hasProblem('topic-missing', `this user may not read topic ${bench.topic}`),
      );
      expect(health.problems[0]?.whatToDo).toContain(`DESCRIBE and READ on ${bench.topic}`);

      await allow();
      await bench.untilTaken(4);
      await bench.untilHealth(source, isSound);
    });

    it('a partition whose position somebody has locked does not keep the others from being stored', async () => {
      const bench = await open({ numPartitions: 2 });
      const source = bench.startSource();
      await bench.untilHealth(source, isSound);
      bench.eventLog.isLocked = ({ partition }) => partition === 0;
      await bench.produce(numbered(3), 0);
      await bench.untilHealth(
        source,
        hasProblem('not-stored', `${bench.topic}/0: records wait for the event store`),
      );

      await bench.produce(numbered(3, 3), 1);
      await bench.untilTaken(3);
      expect(bench.bodies()).toEqual(numbered(3, 3));

      bench.eventLog.isLocked = () => false;
      await bench.untilTaken(6);
      await bench.untilHealth(source, isSound);
    });

    it('the lag is that of all partitions, also of those that another instance reads', async () => {
      const bench = await open({ numPartitions: 2 });
      const [first, second] = [bench.startSource(), bench.startSource()];
      for (const source of [first, second]) await bench.untilHealth(source, isSound);
      bench.eventLog.isLocked = () => true;
      for (const partition of [0, 1]) await bench.produce(numbered(5, partition * 5), partition);

      for (const source of [first, second]) await bench.untilHealth(source, ({ lag }) => lag === 10n);

      bench.eventLog.isLocked = () => false;
      for (const source of [first, second]) await bench.untilHealth(source, isSound);
    });
  },
);
