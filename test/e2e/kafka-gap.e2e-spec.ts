import { join } from 'node:path';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { eventually } from '@test/eventually.js';
import { GatewayProcess } from '@test/gateway-process.js';
import { findKafka } from '@test/kafka/find-kafka.js';
import { sharedBroker } from '@test/kafka/shared-broker.js';
import type { TestBroker } from '@test/kafka/start-broker.js';
import { runCli } from '@test/run-cli.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TOPIC = 'ampeco.kafka-gap';
/** Gaps are looked at every 2 s, the lag every 15 s; the rest is for a busy machine. */
const WITHIN_SECONDS = { timeoutMs: 40_000 };
const found = await findKafka(process.env);
const reason = found.available ? '' : ` (skipped: ${found.reason})`;

interface Readiness {
  readonly status: string;
  readonly kafka: readonly {
    readonly ok: boolean;
    readonly state: string;
    readonly gaps: number;
    readonly unacknowledgedGaps: number;
    readonly lag?: string;
    readonly detail?: string;
    readonly whatToDo?: string;
  }[];
}

interface Gap {
  readonly gapId: string;
  readonly acknowledgement: { readonly by: string; readonly reason: string } | null;
}

describe.skipIf(!found.available && process.env['REQUIRE_KAFKA'] !== '1')(
  `records that the broker deleted before they were read${reason}`,
  () => {
    let broker: TestBroker;
    let admin: Admin;
    let producer: Producer;
    let db: TestDatabase;
    let first: GatewayProcess;
    let second: GatewayProcess;

    beforeAll(async () => {
      broker = await sharedBroker();
      const kafka = new Kafka({ brokers: [broker.brokers.plaintext], logLevel: logLevel.NOTHING });
      admin = kafka.admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] });
      producer = kafka.producer();
      await producer.connect();
      db = await createTestDatabase();
      const yaml = `
sources:
  - name: ampeco-kafka
    kind: kafka
    tenant: acme
    brokers: ['${broker.brokers.plaintext}']
    topics: [${TOPIC}]
    groupId: chargelog-gap
`;
      first = await GatewayProcess.start({ database: db.connection, yaml });
      await produce(10);
      await untilStored(10);
      await first.stop();
      await produce(10);
      await admin.fetchTopicOffsets(TOPIC); // the client looks for the leader before it knows the topic
      await admin.deleteTopicRecords({ topic: TOPIC, partitions: [{ partition: 0, offset: '15' }] });
      await first.restart();
      await untilStored(20);
      second = await GatewayProcess.start({
        database: db.connection,
        yaml,
        env: { CHARGELOG_ADMIN_KEY_FILE: join(first.folder, 'admin.key') },
      });
    });
    afterAll(async () => {
      await Promise.all([first?.close(), second?.close()]);
      await producer?.disconnect();
      await admin?.disconnect();
      await db?.drop();
    });

    async function produce(count: number): Promise<void> {
      const messages = Array.from({ length: count }, (_, n) => ({
        value: JSON.stringify({ notification: 'cdr.received', id: n, createdAt: '2026-03-14T09:26:53Z' }),
      }));
      await producer.send({ topic: TOPIC, messages });
    }
    async function untilStored(offset: number): Promise<void> {
      await eventually(
        async () =>
          (
            await db.database.pool.query<{ next: number }>(
              'select next_offset::int as next from kafka_position',
            )
          ).rows,
        ([row]) => row?.next === offset,
      );
    }
    function untilReadiness(
      gateway: GatewayProcess,
      status: number,
      matches: (source: Readiness['kafka'][number]) => boolean,
    ) {
      return eventually(
        () => gateway.api<Readiness>('/health/ready'),
        (answer) => answer.status === status && answer.body.kafka.every(matches),
        WITHIN_SECONDS,
      );
    }
    const gaps = async (): Promise<readonly Gap[]> =>
      (await first.api<{ data: readonly Gap[] }>('/v1/sources/ampeco-kafka/gaps')).body.data;
    const acts = async (): Promise<readonly { readonly action: string }[]> =>
      (await first.api<{ data: readonly { readonly action: string }[] }>('/v1/audit')).body.data.filter(
        ({ action }) => action === 'gap.acknowledge',
      );
    const metric = async (gateway: GatewayProcess, name: string): Promise<string | undefined> => {
      const headers = { authorization: `Bearer ${first.adminKey}` };
      const text = await (await fetch(`${gateway.baseUrl}/metrics`, { headers })).text();
      return new RegExp(`^${name}{source="ampeco-kafka"} (\\d+)$`, 'm').exec(text)?.[1];
    };
    const chargelog = (...args: readonly string[]) =>
      runCli(
        ['sources', 'gaps', ...args, '--url', first.baseUrl, '--key-file', join(first.folder, 'admin.key')],
        { cwd: first.folder },
      );

    it('keep every instance from being ready, and say which they are and what to do', async () => {
      for (const gateway of [first, second]) {
        const { body } = await untilReadiness(gateway, 503, ({ state }) => state === 'running');
        expect(body.kafka).toEqual([
          expect.objectContaining({
            ok: false,
            gaps: 1,
            unacknowledgedGaps: 1,
            detail: expect.stringContaining(`${TOPIC}/0 from 10 up to, not including, 15`),
            whatToDo: expect.stringContaining('chargelog sources gaps list ampeco-kafka'),
          }),
        ]);
        expect(await metric(gateway, 'chargelog_kafka_unacknowledged_gap_ranges')).toBe('1');
      }
    });

    it.each([
      ['a gap that is not there', 'ampeco-kafka/gaps/4711', { reason: 'known' }, 404, 'not-found'],
      ['an id that none can have', 'ampeco-kafka/gaps/x%00', { reason: 'known' }, 404, 'not-found'],
      ['a source that is not there', 'nobody/gaps/1', { reason: 'known' }, 404, 'not-found'],
      ['a name that none can have', 'a%00b/gaps/1', { reason: 'known' }, 404, 'not-found'],
      ['no reason', 'ampeco-kafka/gaps/1', {}, 400, 'invalid-body'],
      ['a blank reason', 'ampeco-kafka/gaps/1', { reason: ' ' }, 400, 'invalid-body'],
      ['a word too many', 'ampeco-kafka/gaps/1', { reason: 'x', by: 'me' }, 400, 'unknown-parameter'],
    ])('are not acknowledged by %s', async (_what, path, body, status, code) => {
      const answer = await first.api<{ code: string }>(`/v1/sources/${path}/acknowledge`, {
        method: 'POST',
        body,
      });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(await gaps()).toEqual([expect.objectContaining({ acknowledgement: null })]);
    });

    it('are acknowledged by command, once; every instance is ready within seconds, and the record stays', async () => {
      const neither = await chargelog('acknowledge', 'ampeco-kafka', '--reason', 'x');
      expect([neither.code, neither.stderr]).toEqual([2, expect.stringContaining('--all')]);
      const listed = await chargelog('list', 'ampeco-kafka', '--unacknowledged');
      expect(listed.stdout).toMatch(/^(\d+) +ampeco\.kafka-gap\/0 +10 +15 +start-above-position .* no$/m);
      const id = /^\d+/m.exec(listed.stdout)?.[0] ?? '';

      const done = await chargelog('acknowledge', 'ampeco-kafka', id, '--reason', 'came by webhook');
      expect([done.code, done.stderr]).toEqual([0, '']);
      expect(done.stdout).toContain('by bootstrap: came by webhook');

      for (const gateway of [first, second]) {
        const { body } = await untilReadiness(gateway, 200, ({ ok, lag }) => ok && lag === '0');
        expect(body.kafka).toEqual([
          { source: 'ampeco-kafka', ok: true, state: 'running', gaps: 1, unacknowledgedGaps: 0, lag: '0' },
        ]);
        expect(await metric(gateway, 'chargelog_kafka_gap_ranges')).toBe('1');
        expect(await metric(gateway, 'chargelog_kafka_unacknowledged_gap_ranges')).toBe('0');
      }
      const again = await first.api<Gap>(`/v1/sources/ampeco-kafka/gaps/${id}/acknowledge`, {
        method: 'POST',
        body: { reason: 'another' },
      });
      expect([again.status, again.body.acknowledgement?.reason]).toEqual([200, 'came by webhook']);
      expect(await acts()).toEqual([
        expect.objectContaining({
          actor: 'bootstrap',
          subject: `ampeco-kafka/${id}`,
          detail: expect.objectContaining({ reason: 'came by webhook', fromOffset: '10', toOffset: '15' }),
        }),
      ]);
      expect((await chargelog('list', 'ampeco-kafka', '--unacknowledged')).stdout).toContain('has none');
      expect((await chargelog('acknowledge', 'ampeco-kafka', '--all', '--reason', 'x')).stdout).toContain(
        'acknowledged already',
      );
    });

    it('stay acknowledged when the same range is found missing again', async () => {
      const before = await gaps();
      await Promise.all([first.stop(), second.stop()]);
      await db.database.pool.query('update kafka_position set next_offset = 10');
      await first.restart();
      await untilStored(20);

      await untilReadiness(first, 200, ({ ok, unacknowledgedGaps }) => ok && unacknowledgedGaps === 0);
      expect(first.output).toContain('offsets were gone before they could be read');
      expect(await gaps()).toEqual(before);
      expect(await acts()).toHaveLength(1);
    });

    it('wait anew when it is another range, and are acknowledged with all that wait', async () => {
      await first.stop();
      await db.database.pool.query('update kafka_position set next_offset = 12');
      await first.restart();
      const { body } = await untilReadiness(first, 503, ({ unacknowledgedGaps }) => unacknowledgedGaps === 1);
      expect(body.kafka[0]).toMatchObject({ gaps: 2, detail: expect.stringMatching(/from 12 up to.* 15$/) });

      const done = await chargelog('acknowledge', 'ampeco-kafka', '--all', '--reason', 'the same loss');

      expect(done.stdout).toMatch(/ 12 +15 .*: the same loss$/m);
      expect(done.stdout).not.toContain('came by webhook');
      await untilReadiness(first, 200, ({ ok, gaps: seen }) => ok && seen === 2);
    });
  },
);
