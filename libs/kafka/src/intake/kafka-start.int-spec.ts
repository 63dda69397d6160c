import { beforeAll, describe, expect, it } from 'vitest';
import type { LogMark } from '@chargelog/pipeline';
import { eventually } from '@test/eventually.js';
import { findKafka } from '@test/kafka/find-kafka.js';
import { KafkaBench, numbered } from '@test/kafka/kafka-bench.js';
import { sharedBroker } from '@test/kafka/shared-broker.js';
import type { TestBroker } from '@test/kafka/start-broker.js';

const kafka = await findKafka();
const title = (text: string) => (kafka.available ? text : `${text} (skipped: ${kafka.reason})`);

function withoutTopicId(mark: LogMark): LogMark {
  const { leaderEpoch = 0, recordOffset = '', recordDigest = '' } = mark;
  return { leaderEpoch, recordOffset, recordDigest };
}

describe.skipIf(!kafka.available)(title('where a Kafka source starts'), () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await sharedBroker();
  });

  /** A topic that was read to its end, then deleted, made anew and filled beyond that end, while nobody looked. */
  const replaced = async (records: { readonly before: number; readonly after: number }) => {
    const bench = await KafkaBench.open(broker);
    await bench.produce(numbered(records.before));
    const source = bench.startSource();
    await bench.untilTaken(records.before);
    await eventually(
      () => bench.position(),
      (position) => position === BigInt(records.before),
    );
    await source.close();
    await bench.deleteTopic();
    await bench.createTopic();
    await bench.produce(numbered(records.after, 100));
    return bench;
  };

  it('a database that was lost, with the group kept at the broker, is filled from startFrom earliest again', async () => {
    const bench = await KafkaBench.open(broker);
    await bench.produce(numbered(100));
    await bench.setGroupOffset(100);

    const source = bench.startSource();
    await bench.untilTaken(100);

    expect(bench.bodies()).toEqual(numbered(100));
    await bench.untilHealth(source, ({ state, lag }) => state === 'running' && lag === 0n);
    expect(bench.eventLog.gaps).toEqual([]);
  });

  it('with startFrom latest, what is passed over at the first start is on record and keeps nobody from being ready', async () => {
    const bench = await KafkaBench.open(broker);
    await bench.produce(numbered(7));
    const source = bench.startSource({ startFrom: 'latest' });
    const health = await bench.untilHealth(source, ({ state, gaps }) => state === 'running' && gaps === 1);
    await bench.produce(numbered(2, 7));
    await bench.untilTaken(2);

    expect(health).toMatchObject({ unacknowledgedGaps: 0, detail: undefined });
    expect(bench.bodies()).toEqual(numbered(2, 7));
    expect(bench.eventLog.gaps).toEqual([
      expect.objectContaining({ fromOffset: 0n, toOffset: 7n, reason: 'passed-by-latest' }),
    ]);
  });

  it('with startFrom latest and a lost database, what the group had not read yet waits for somebody to know of it', async () => {
    const bench = await KafkaBench.open(broker);
    await bench.produce(numbered(10));
    await bench.setGroupOffset(4);
    const source = bench.startSource({ startFrom: 'latest' });

    const health = await bench.untilHealth(source, ({ unacknowledgedGaps }) => unacknowledgedGaps === 1);

    expect(health.detail).toContain(`${bench.topic}/0 from 0 up to, not including, 10`);
    expect(bench.eventLog.taken).toEqual([]);
  });

  it('a topic that was made anew and grew past the position while the gateway was down is read from its start', async () => {
    const bench = await replaced({ before: 5, after: 8 });

    const source = bench.startSource();
    await bench.untilTaken(13);

    expect(bench.bodies()).toEqual([...numbered(5), ...numbered(8, 100)]);
    expect(bench.eventLog.gaps).toEqual([
      expect.objectContaining({ fromOffset: 5n, toOffset: 5n, reason: 'log-replaced' }),
    ]);
    const health = await bench.untilHealth(source, ({ unacknowledgedGaps }) => unacknowledgedGaps === 1);
    expect(health.detail).toContain(`${bench.topic}/0 was made anew or cut`);
    await source.close();

    bench.startSource();
    await bench.produce(numbered(1, 200));
    await bench.untilTaken(14);
    expect(bench.eventLog.gaps).toHaveLength(1);
  });

  it('is found out as well when the new topic holds exactly as many records', async () => {
    const bench = await replaced({ before: 5, after: 5 });

    bench.startSource();
    await bench.untilTaken(10);

    expect(bench.bodies()).toEqual([...numbered(5), ...numbered(5, 100)]);
  });

  it('a second topic made anew, read just as far, is a second gap', async () => {
    const bench = await replaced({ before: 5, after: 5 });
    const source = bench.startSource();
    await bench.untilTaken(10);
    await eventually(
      () => bench.position(),
      (position) => position === 5n,
    );
    await source.close();
    await bench.deleteTopic();
    await bench.createTopic();
    await bench.produce(numbered(6, 300));

    bench.startSource();
    await bench.untilTaken(16);

    expect(bench.eventLog.gaps).toHaveLength(2);
  });

  it.each<[string, (mark: LogMark) => LogMark]>([
    ['without topic ids, by the record before the position', withoutTopicId],
    [
      'by that record alone, where the broker knows nothing of leaders either',
      ({ recordOffset = '', recordDigest = '' }) => ({ recordOffset, recordDigest }),
    ],
  ])('a topic that was made anew is recognized %s', async (_, keep) => {
    const bench = await replaced({ before: 5, after: 8 });
    bench.eventLog.changeMarks(keep);

    bench.startSource();
    await bench.untilTaken(13);

    expect(bench.bodies()).toEqual([...numbered(5), ...numbered(8, 100)]);
    expect(bench.eventLog.gaps).toEqual([expect.objectContaining({ reason: 'log-replaced' })]);
  });

  it('a record before the position that retention has deleted is no sign of another log', async () => {
    const bench = await KafkaBench.open(broker);
    await bench.produce(numbered(5));
    const first = bench.startSource();
    await bench.untilTaken(5);
    await first.close();
    bench.eventLog.changeMarks(withoutTopicId);
    await bench.produce(numbered(3, 5));
    await bench.deleteRecordsBelow(5);

    const second = bench.startSource();
    await bench.untilTaken(8);

    await bench.untilHealth(second, ({ state, lag }) => state === 'running' && lag === 0n);
    expect(bench.bodies()).toEqual(numbered(8));
    expect(bench.eventLog.gaps).toEqual([]);
  });

  it('a topic that is made anew while the event log is away is read whole when it is back', async () => {
    const bench = await KafkaBench.open(broker);
    await bench.produce(numbered(5));
    const source = bench.startSource();
    await bench.untilTaken(5);
    bench.eventLog.goAway();
    await bench.produce(numbered(3, 5));
    await bench.untilHealth(source, ({ detail }) => /records wait/.test(detail ?? ''));
    await bench.deleteTopic();
    await bench.createTopic();
    await bench.produce(numbered(20, 100));
    // Nothing is fetched from the new topic meanwhile that would tell; the ids of topics are looked at all the same.
    await bench.untilHealth(source, ({ detail }) => /partitions wait/.test(detail ?? ''));
    bench.eventLog.comeBack();

    await eventually(
      () => bench.bodies(),
      (bodies) => numbered(20, 100).every((body) => bodies.includes(body)),
    );
    await eventually(
      () => bench.position(),
      (position) => position === 20n,
    );
  });
});
