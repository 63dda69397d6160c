import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { findKafka } from '@test/kafka/find-kafka.js';
import { KafkaBench, numbered } from '@test/kafka/kafka-bench.js';
import { sharedBroker } from '@test/kafka/shared-broker.js';
import type { TestBroker } from '@test/kafka/start-broker.js';

const kafka = await findKafka();
const title = (text: string) => (kafka.available ? text : `${text} (skipped: ${kafka.reason})`);

describe.skipIf(!kafka.available)(title('a Kafka source'), () => {
  let broker: TestBroker;
  const open = (topic?: Parameters<typeof KafkaBench.open>[1]) => KafkaBench.open(broker, topic);

  beforeAll(async () => {
    broker = await sharedBroker();
  });

  it('stores every record once and in order, with its coordinates, and then commits to the group', async () => {
    const bench = await open();
    await bench.produce(numbered(2_500));
    const source = bench.startSource();

    await bench.untilTaken(2_500);

    expect(bench.bodies()).toEqual(numbered(2_500));
    expect(bench.eventLog.taken[1_700]?.delivery).toMatchObject({
      source: bench.source,
      kafka: { clusterId: await bench.clusterId(), topic: bench.topic, partition: 0, offset: 1_700n },
    });
    expect(await bench.position()).toBe(2_500n);
    await eventually(
      () => bench.groupOffset(),
      (offset) => offset === 2_500,
    );
    expect(Math.max(...bench.batches.map((batch) => batch.recordCount))).toBeLessThanOrEqual(1_000);
    expect(await bench.untilHealth(source, (health) => health.lag === 0n)).toMatchObject({
      source: 'ampeco-kafka',
      state: 'running',
      detail: undefined,
      gaps: 0,
      unacknowledgedGaps: 0,
    });
  });

  it('keeps key and headers, quarantines a poison record, and passes over a tombstone, which is counted', async () => {
    const bench = await open();
    await bench.produce([
      { key: 'cp-1187', value: '{"a":1}', headers: { 'X-Tenant': 'acme', trace: ['one', 'two'] } },
      {
        key: Buffer.from([0xff, 0x00]),
        value: '{"a":',
        headers: { constructor: 'c', raw: Buffer.from([0x80]) },
      },
      { key: 'cp-1187', value: null },
      '{"a":2}',
    ]);
    bench.startSource();

    await bench.untilTaken(3);

    expect(bench.eventLog.taken.map((entry) => entry.outcome)).toEqual(['event', 'quarantine', 'event']);
    expect(bench.eventLog.taken.map(({ delivery }) => delivery.headers)).toEqual<Record<string, string>[]>([
      { ':key': 'cp-1187', 'x-tenant': 'acme', trace: 'one, two' },
      { ':key': 'base64:/wA=', constructor: 'c', raw: 'base64:gA==' },
      {},
    ]);
    expect(await bench.position()).toBe(4n);
    await eventually(
      () => bench.batches,
      ([batch]) => batch?.tombstoneCount === 1 && batch.recordCount === 4,
    );
    await bench.produce([{ key: 'cp-1187', value: null }]);
    await eventually(
      () => bench.position(),
      (position) => position === 5n,
    );
    expect(bench.eventLog.taken).toHaveLength(3);
  });

  it('continues from the stored position when the group has lost its offsets', async () => {
    const bench = await open();
    await bench.produce(numbered(10));
    const first = bench.startSource();
    await bench.untilTaken(10);
    await first.close();
    await bench.deleteGroup();
    await bench.produce(numbered(5, 10));

    bench.startSource();
    await bench.untilTaken(15);

    expect(bench.bodies()).toEqual(numbered(15));
    expect(bench.eventLog.repeatedCount).toBe(0);
  });

  it('starts at the stored position when the group has committed further', async () => {
    const bench = await open();
    await bench.produce(numbered(10));
    await bench.setPosition(4n);
    await bench.setGroupOffset(9);

    bench.startSource();
    await bench.untilTaken(6);

    expect(bench.bodies()).toEqual(numbered(6, 4));
    // Our commits never take back what the group already has.
    expect(await bench.groupOffset()).toBeGreaterThanOrEqual(9);
  });

  it('starts at the stored position when the group has committed less', async () => {
    const bench = await open();
    await bench.produce(numbered(10));
    await bench.setPosition(7n);
    await bench.setGroupOffset(2);

    bench.startSource();
    await bench.untilTaken(3);

    expect(bench.bodies()).toEqual(numbered(3, 7));
    await eventually(
      () => bench.groupOffset(),
      (offset) => offset === 10,
    );
  });

  it('with startFrom latest skips only what was there at its very first start', async () => {
    const bench = await open();
    await bench.produce(numbered(3));
    const first = bench.startSource({ startFrom: 'latest' });
    await bench.untilHealth(first, (health) => health.state === 'running');
    await first.close();
    await bench.produce(numbered(2, 3));

    bench.startSource({ startFrom: 'latest' });
    await bench.untilTaken(2);

    expect(bench.bodies()).toEqual(numbered(2, 3));
  });

  it('records the exact range that was deleted before it was read, and says so until it is acknowledged', async () => {
    const bench = await open();
    await bench.produce(numbered(10));
    await bench.setPosition(2n);
    await bench.deleteRecordsBelow(6);

    const source = bench.startSource();
    await bench.untilTaken(4);

    expect(bench.bodies()).toEqual(numbered(4, 6));
    expect(bench.eventLog.gaps).toEqual([
      expect.objectContaining({ partition: 0, fromOffset: 2n, toOffset: 6n, reason: 'start-above-position' }),
    ]);
    const health = await bench.untilHealth(source, ({ unacknowledgedGaps }) => unacknowledgedGaps === 1);
    expect(health.detail).toContain(`${bench.topic}/0 from 2 up to, not including, 6`);
    expect(bench.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'offsets were gone before they could be read' }),
    );

    bench.eventLog.isAcknowledged = () => true;
    expect(
      await bench.untilHealth(source, ({ unacknowledgedGaps }) => unacknowledgedGaps === 0),
    ).toMatchObject({ state: 'running', detail: undefined, gaps: 1 });
  });

  it('notices records deleted under it while it could not store', async () => {
    const bench = await open();
    await bench.produce(numbered(2));
    const source = bench.startSource();
    await bench.untilTaken(2);
    await bench.untilHealth(source, (health) => health.state === 'running');
    await source.close();
    await bench.produce(numbered(8, 2));
    bench.eventLog.goAway();
    const second = bench.startSource();
    await bench.untilHealth(second, (health) => /partitions wait/.test(health.detail ?? ''));
    await bench.deleteRecordsBelow(7);
    bench.eventLog.comeBack();

    await bench.untilTaken(5);

    expect(bench.bodies()).toEqual([...numbered(2), ...numbered(3, 7)]);
    expect(bench.eventLog.gaps).toEqual([expect.objectContaining({ fromOffset: 2n, toOffset: 7n })]);
  });

  it('notices records deleted while it runs, although the client then goes on elsewhere by itself', async () => {
    const bench = await open();
    await bench.produce(numbered(10));
    const source = bench.startSource();
    await bench.untilTaken(10);
    bench.eventLog.goAway();
    await bench.produce(numbered(5, 10));
    await bench.untilHealth(source, (health) => /records wait/.test(health.detail ?? ''));
    await bench.produce(numbered(10, 15));
    await bench.deleteRecordsBelow(20);
    bench.eventLog.comeBack();

    await bench.untilTaken(20);

    expect(bench.bodies()).toEqual([...numbered(15), ...numbered(5, 20)]);
    expect(bench.eventLog.gaps).toEqual([
      expect.objectContaining({ fromOffset: 15n, toOffset: 20n, reason: 'start-above-position' }),
    ]);
  });

  it('reads a topic that was made anew from its start, and records the end below its position', async () => {
    const bench = await open();
    await bench.produce(numbered(5));
    const first = bench.startSource();
    await bench.untilTaken(5);
    await first.close();
    await bench.deleteTopic();
    await bench.createTopic();
    await bench.produce(numbered(2, 100));

    bench.startSource();
    await eventually(
      () => bench.eventLog.gaps.length,
      (gaps) => gaps === 1,
    );

    await eventually(
      () => bench.position(),
      (position) => position === 2n,
    );
    expect(bench.eventLog.gaps).toEqual([
      expect.objectContaining({ fromOffset: 2n, toOffset: 5n, reason: 'end-below-position' }),
    ]);
  });

  it('moves over the control records of transactions without a gap', async () => {
    const bench = await open();
    const producer = bench.kafka.producer({
      transactionalId: bench.topic,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    for (const [value, isKept] of [
      ['{"n":1}', true],
      ['{"n":2}', false],
      ['{"n":3}', true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: bench.topic, messages: [{ value }] });
      await (isKept ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();

    const source = bench.startSource();
    await bench.untilTaken(2);

    expect(bench.bodies()).toEqual(['{"n":1}', '{"n":3}']);
    await bench.untilHealth(source, (health) => health.lag === 0n);
    // Three records, each followed by the marker of its transaction's end.
    await eventually(
      () => bench.position(),
      (position) => position === 6n,
    );
    expect(bench.eventLog.gaps).toEqual([]);
  });

  it('reads a compacted topic to its end, and takes its holes for no loss', async () => {
    const config = { 'cleanup.policy': 'compact', 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0.01' };
    const bench = await open({
      configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
    });
    const keyed = (count: number) => numbered(count).map((value) => ({ key: 'k', value }));
    await bench.produce(keyed(50));
    // Every further record may close a segment, and closed ones are compacted: of one key the newest remains.
    await eventually(
      () => bench.produce(keyed(1)).then(() => bench.firstRecord()),
      (first) => first > 50,
    );

    const source = bench.startSource();
    await bench.untilHealth(source, (health) => health.state === 'running' && health.lag === 0n);

    expect(bench.eventLog.taken[0]?.delivery.kafka?.offset).toBeGreaterThan(50n);
    expect(await bench.position()).toBe(BigInt(await bench.endOffset()));
    expect(bench.eventLog.gaps).toEqual([]);
  });

  it('two sources of one group store every record, through the rebalance when one joins and when it leaves', async () => {
    const bench = await open({ numPartitions: 4 });
    const first = bench.startSource();
    let produced = 0;
    const produceMore = async () => {
      for (let partition = 0; partition < 4; partition += 1) {
        await bench.produce(numbered(100, produced), partition);
        produced += 100;
      }
    };
    await produceMore();
    await bench.untilTaken(produced);
    const second = bench.startSource();
    const joining = bench.untilHealth(second, (health) => health.state === 'running');
    for (let round = 0; round < 5; round += 1) await produceMore();
    await joining;
    await produceMore();
    await bench.untilTaken(produced);
    await second.close();
    await produceMore();
    await bench.untilTaken(produced);
    await bench.untilHealth(first, (health) => health.state === 'running' && health.lag === 0n);

    expect(new Set(bench.bodies())).toEqual(new Set(numbered(produced)));
    expect(bench.eventLog.taken).toHaveLength(produced);
    for (let partition = 0; partition < 4; partition += 1) {
      const offsets = bench.eventLog.taken
        .filter(({ delivery }) => delivery.kafka?.partition === partition)
        .map(({ delivery }) => delivery.kafka?.offset);
      expect(offsets).toEqual(Array.from({ length: produced / 4 }, (_, offset) => BigInt(offset)));
      expect(await bench.position(partition)).toBe(BigInt(produced / 4));
    }
    expect(bench.eventLog.gaps).toEqual([]);
  });

  it('leaves no spinning timers behind on idle connections', async () => {
    const bench = await open();
    const source = bench.startSource({ maxWaitMs: 1_000 });
    await bench.untilHealth(source, (health) => health.state === 'running');
    const { createHook } = await import('node:async_hooks');
    let timers = 0;
    const hook = createHook({ init: (_, type) => void (timers += type === 'Timeout' ? 1 : 0) }).enable();
    const before = source.health().lastActivityAt ?? 0;
    await eventually(
      () => source.health().lastActivityAt ?? 0,
      (at) => at > before + 1_000,
    );
    hook.disable();

    // Unpatched, each of its connections arms about 850 a second; the polling of this test arms 50.
    expect(timers).toBeLessThan(400);
  });
});
