import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, truncate } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SourceHealth } from '@chargelog/pipeline';
import { eventually } from '@test/eventually.js';
import { findKafka } from '@test/kafka/find-kafka.js';
import { KafkaBench, numbered } from '@test/kafka/kafka-bench.js';
import { startBroker, type TestBroker } from '@test/kafka/start-broker.js';

const kafka = await findKafka();
const title = (text: string) => (kafka.available ? text : `${text} (skipped: ${kafka.reason})`);

describe.skipIf(!kafka.available)(
  title('a Kafka source while the event store or the broker is unreachable'),
  () => {
    let broker: TestBroker;
    const open = (topic?: Parameters<typeof KafkaBench.open>[1]) => KafkaBench.open(broker, topic);

    beforeAll(async () => {
      broker = await startBroker();
    });
    afterAll(() => broker.stop());

    it('loses nothing and keeps the order while the event log is unreachable', async () => {
      const bench = await open();
      await bench.produce(numbered(1_500));
      const source = bench.startSource();
      await bench.untilTaken(1_500);
      const linesBefore = bench.lines.length;
      bench.eventLog.goAway();
      await bench.produce(numbered(1_500, 1_500));
      const attempts = bench.eventLog.appendCount;
      const health = await bench.untilHealth(source, ({ detail }) =>
        /records wait for the event store/.test(detail ?? ''),
      );
      expect(health.state).toBe('blocked');
      expect(health.lag).toBeGreaterThan(0n);
      // What comes in meanwhile counts, although nothing is fetched.
      await bench.produce(numbered(700, 3_000));
      await bench.untilHealth(source, ({ lag }) => lag === 2_200n);
      // Longer than several heartbeats: the membership of the group is kept meanwhile.
      await eventually(
        () => bench.eventLog.appendCount - attempts,
        (count) => count >= 4,
      );
      bench.eventLog.comeBack();

      await bench.untilTaken(3_700);

      expect(bench.bodies()).toEqual(numbered(3_700));
      const lines = bench.lines.slice(linesBefore);
      expect(lines.filter(({ message }) => /rebalanc|Crash/i.test(message))).toEqual([]);
      await bench.untilHealth(source, ({ detail, lag }) => detail === undefined && lag === 0n);
    });

    it('shares its partitions with a second instance that comes while the event log is unreachable, and neither loses nor repeats', async () => {
      const bench = await open({ numPartitions: 2 });
      const first = bench.startSource();
      for (const partition of [0, 1]) await bench.produce(numbered(10, partition * 100), partition);
      await bench.untilTaken(20);
      bench.eventLog.goAway();
      for (const partition of [0, 1]) await bench.produce(numbered(10, partition * 100 + 10), partition);
      await bench.untilHealth(first, ({ detail }) => /records wait/.test(detail ?? ''));
      const second = bench.startSource();
      for (const source of [first, second]) {
        await bench.untilHealth(source, ({ detail }) => /partitions wait/.test(detail ?? ''));
      }
      bench.eventLog.comeBack();

      await bench.untilTaken(40);
      for (const source of [first, second]) {
        await bench.untilHealth(source, ({ state, lag }) => state === 'running' && lag === 0n);
      }

      expect(bench.bodies().toSorted()).toEqual([...numbered(20), ...numbered(20, 100)].toSorted());
      expect(await bench.positions(2)).toEqual([20n, 20n]);
      expect(bench.eventLog.gaps).toEqual([]);
    });

    it('closes within seconds while the event log is unreachable, and continues where it stopped', async () => {
      const bench = await open();
      await bench.produce(numbered(20));
      bench.eventLog.goAway();
      const source = bench.startSource();
      await bench.untilHealth(source, ({ detail }) => detail !== undefined);
      const startedAt = Date.now();
      await source.close();
      expect(Date.now() - startedAt).toBeLessThan(5_000);
      expect(source.health()).toMatchObject({ state: 'stopped', lag: undefined });
      bench.eventLog.comeBack();

      bench.startSource();
      await bench.untilTaken(20);

      expect(bench.bodies()).toEqual(numbered(20));
    });

    it('waits for a topic that does not exist yet, names it, and does not create it', async () => {
      const bench = await open();
      const source = bench.startSource({ topics: ['no-such-topic'] });

      const health = await bench.untilHealth(source, ({ state }) => state === 'blocked');

      expect(health.detail).toBe('topic no-such-topic does not exist, or this user may not see it');
      const admin = bench.kafka.admin();
      await admin.connect();
      expect(await admin.listTopics()).not.toContain('no-such-topic');
      await admin.disconnect();
    });

    it('starts without a broker and says which one it cannot reach', async () => {
      const bench = await open();
      const source = bench.startSource({ brokers: ['127.0.0.1:1'] });

      const health = await bench.untilHealth(source, ({ state }) => state === 'restarting');

      expect(health.detail).toMatch(/^broker 127\.0\.0\.1:1 cannot be reached: .*\(ECONNREFUSED\)$/);
      const startedAt = Date.now();
      await source.close();
      expect(Date.now() - startedAt).toBeLessThan(10_000);
    });

    it('closes within 10 s while a broker takes its connections and says nothing', async () => {
      const bench = await open();
      const sockets = new Set<Socket>();
      const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      const source = bench.startSource({ brokers: [`127.0.0.1:${port}`] });
      await eventually(
        () => sockets.size,
        (count) => count > 0,
      );

      const startedAt = Date.now();
      await source.close();

      expect(Date.now() - startedAt).toBeLessThan(10_000);
      expect(source.health()).toMatchObject({ state: 'stopped', lag: undefined });
      for (const socket of sockets) socket.destroy();
      silent.close();
    });

    it('keeps nobody waiting when it is closed before it has begun, and twice', async () => {
      const bench = await open();
      const source = bench.startSource();
      const startedAt = Date.now();
      await Promise.all([source.close(), source.close()]);

      expect(Date.now() - startedAt).toBeLessThan(5_000);
      expect(source.health()).toMatchObject({ state: 'stopped', lag: undefined });
    });

    it.runIf(kafka.available && kafka.origin.kind === 'java')(
      'throws the consumer away when its broker has gone silent, and resumes when it answers again',
      async () => {
        const bench = await open();
        await bench.produce(numbered(10));
        const source = bench.startSource({ sessionTimeoutMs: 1_000, heartbeatIntervalMs: 200 });
        await bench.untilTaken(10);
        // Connections stay open and nobody answers: the client itself would wait for half a minute.
        process.kill(broker.pid ?? 0, 'SIGSTOP');
        try {
          const health = await bench.untilHealth(source, ({ state }) => state === 'restarting');
          expect(health.detail).toMatch(/^no fetch and no heartbeat for \d+ s$/);
        } finally {
          process.kill(broker.pid ?? 0, 'SIGCONT');
        }
        await bench.produce(numbered(10, 10));

        await bench.untilTaken(20);

        expect(bench.bodies()).toEqual(numbered(20));
        expect(await bench.untilHealth(source, ({ lag }) => lag === 0n)).toMatchObject({ state: 'running' });
      },
    );

    it.runIf(kafka.available && kafka.origin.kind !== 'external')(
      'resumes when its broker was killed and comes back',
      async () => {
        const bench = await open();
        await bench.produce(numbered(10));
        const source = bench.startSource({ sessionTimeoutMs: 2_000 });
        await bench.untilTaken(10);
        const clusterId = await bench.clusterId();
        await broker.kill();
        expect(broker.pid).toBeUndefined();
        await bench.untilHealth(source, (health) => health.state === 'restarting');
        await broker.restart();
        // Same ports, same cluster, same data: what the harness promises of a restart.
        expect(await bench.clusterId()).toBe(clusterId);
        await eventually(
          () => bench.endOffset().catch(() => -1),
          (end) => end === 10,
        );
        await bench.produce(numbered(10, 10));

        await bench.untilTaken(20);

        expect(bench.bodies()).toEqual(numbered(20));
        expect(await bench.untilHealth(source, (health) => health.lag === 0n)).toMatchObject({
          state: 'running',
          detail: undefined,
        });
      },
    );

    it.runIf(kafka.available && kafka.origin.kind === 'java')(
      'reads what is new of a log that was cut and written on beyond its position while it was down',
      async () => {
        const bench = await open();
        for (const record of numbered(10)) await bench.produce([record]);
        const first = bench.startSource();
        await bench.untilTaken(10);
        await eventually(
          () => bench.position(),
          (position) => position === 10n,
        );
        await first.close();
        await broker.kill();
        await cutAfter(4, join(broker.dataDir, `${bench.topic}-0`, '00000000000000000000.log'));
        await broker.restart();
        await eventually(
          () => bench.endOffset().catch(() => undefined),
          (end) => end === 4,
        );
        await bench.produce(numbered(10, 100));

        bench.startSource();
        await bench.untilTaken(20);

        expect(bench.bodies()).toEqual([...numbered(10), ...numbered(10, 100)]);
        expect(bench.eventLog.gaps).toEqual([
          expect.objectContaining({ fromOffset: 10n, toOffset: 10n, reason: 'log-replaced' }),
        ]);
        // By the epochs of leaders it is known where the log was cut, and nothing before that is read again.
        expect(bench.eventLog.repeatedCount).toBe(0);
      },
    );

    it.runIf(kafka.available && kafka.origin.kind === 'java')(
      'one partition has no leader, or a leader that does not answer: it is named with its broker, the others are read, also after a restart',
      async () => {
        const second = await startBroker({ joining: broker });
        onTestFinished(() => second.stop());
        const bench = await open({
          numPartitions: -1,
          replicaAssignment: [
            { partition: 0, replicas: [1] },
            { partition: 1, replicas: [2] },
          ],
        });
        // Somebody else's topic, which loses its leader with the other broker.
        await bench.anotherTopic({
          numPartitions: -1,
          replicaAssignment: [{ partition: 0, replicas: [2] }],
        });
        for (const partition of [0, 1]) await bench.produce(numbered(2, partition * 2), partition);
        const source = bench.startSource();
        await bench.untilTaken(4);
        const isSound = ({ state, lag }: SourceHealth) => state === 'running' && lag === 0n;
        await bench.untilHealth(source, isSound);

        // Frozen: the broker is still the leader for some seconds, and answers nobody.
        process.kill(second.pid ?? 0, 'SIGSTOP');
        await bench.produce(numbered(2, 4));
        await bench.untilTaken(6);
        await bench.untilHealth(source, ({ problems }) => problems.length > 0);
        await second.kill();

        const isTold = ({ state, problems }: SourceHealth) =>
          state === 'blocked' &&
          problems.length === 1 &&
          problems[0]?.kind === 'no-leader' &&
          problems[0].detail.startsWith(`${bench.topic}/1 has no leader; its copies are on broker 2 (`);
        await bench.untilHealth(source, isTold);
        await bench.produce(numbered(2, 6));
        await bench.untilTaken(8);

        await source.close();
        await bench.produce(numbered(2, 8));
        const again = bench.startSource();
        await bench.untilTaken(10);
        await bench.untilHealth(again, isTold);

        await second.restart();
        await eventually(
          () =>
            bench.produce(numbered(2, 10), 1).then(
              () => true,
              () => false,
            ),
          (produced) => produced,
        );
        await bench.untilTaken(12);
        await bench.untilHealth(again, isSound);
      },
    );

    it.runIf(kafka.available && kafka.origin.kind !== 'external')(
      'leaves no broker and no folder of these tests behind',
      async () => {
        const { dataDir } = broker;
        expect(existsSync(dataDir)).toBe(true);

        await broker.stop();

        expect(broker.pid).toBeUndefined();
        expect(existsSync(dirname(dataDir))).toBe(false);
      },
    );
  },
);

/** Leaves only the first record batches of a log, as a disk that lost its last writes. */
async function cutAfter(batches: number, path: string): Promise<void> {
  const log = await readFile(path);
  let end = 0;
  for (let i = 0; i < batches; i += 1) end += 12 + log.readInt32BE(end + 8);
  await truncate(path, end);
}
