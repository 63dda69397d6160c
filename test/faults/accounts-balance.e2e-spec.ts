import type { Message } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { balance, DeliveryAccount, deliveryRows, type DeliveryRow } from '@test/faults/delivery-account.js';
import { dated, datedOtherwise, inParallel, shuffled, undated, UNREADABLE } from '@test/faults/storm.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { describeWithKafka, startKafkaTopic, type KafkaTopic } from '@test/kafka-topic.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

const TOPIC = 'ampeco.accounts-balance';
const MAX_BODY = 4_096;
const DEPOT_SECRET = 'another-token-that-only-tests-use-02';
const SENDERS = 12;

interface Post {
  readonly source: string;
  readonly secret: string;
  readonly body: Buffer | string;
}

/** How many notifications there are of each tenant; beyond the overlap only one transport brings them. */
const WEBHOOK_DATED = 600;
const KAFKA_DATED = [300, 900] as const;
const DEPOT_DATED = 150;
const UNDATED = 30;
/** Records without a value, which are passed over. */
const TOMBSTONES = 5;

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

function posts(): Post[] {
  const ampeco = (body: Buffer | string): Post => ({ source: 'ampeco', secret: WEBHOOK_SECRET, body });
  const depot = (body: string): Post => ({ source: 'depot', secret: DEPOT_SECRET, body });
  return shuffled(
    [
      ...range(0, WEBHOOK_DATED).map((n) => ampeco(dated(n))),
      ...range(0, WEBHOOK_DATED / 2).map((n) => ampeco(datedOtherwise(2 * n))),
      ...range(0, UNDATED * 4).map((n) => ampeco(undated(n % UNDATED))),
      ...range(0, 10).flatMap(() => UNREADABLE.map(ampeco)),
      // The same notifications of another tenant are other events.
      ...range(0, DEPOT_DATED).flatMap((n) => [depot(dated(n)), depot(datedOtherwise(n))]),
      ...range(0, 60).map((n) => ({ ...ampeco(dated(n)), secret: 'nobody-signs-with-this-token' })),
      ...range(0, 20).map((n) => ({ ...ampeco(dated(n)), source: 'nowhere' })),
      ...range(0, 20).map((n) => ampeco(dated(n) + ' '.repeat(MAX_BODY))),
    ],
    7,
  );
}

function records(): Message[] {
  return shuffled(
    [
      ...range(...KAFKA_DATED).map((n) => ({ value: datedOtherwise(n) })),
      ...range(...KAFKA_DATED)
        .filter((n) => n % 4 === 0)
        .map((n) => ({ key: String(n), value: dated(n) })),
      ...range(0, UNDATED * 3).map((n) => ({ value: undated(n % UNDATED) })),
      ...range(0, 6).flatMap(() => UNREADABLE.map((value) => ({ value }))),
      ...range(0, TOMBSTONES).map((n) => ({ key: `tombstone-${n}`, value: null })),
    ],
    11,
  );
}

let topic: KafkaTopic;
let gateway: GatewayWithDatabase;

const yaml = ({ broker }: KafkaTopic): string => `
sources:
  - { name: ampeco, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }
  - { name: depot, kind: webhook, tenant: depots, secrets: [{ name: a, value: ${DEPOT_SECRET} }] }
  - { name: ampeco-kafka, kind: kafka, tenant: acme, brokers: ['${broker.brokers.plaintext}'], topics: [${TOPIC}],
      groupId: accounts, securityProtocol: PLAINTEXT, startFrom: earliest }
`;

const number = async (text: string): Promise<number> =>
  Number((await gateway.db.database.pool.query<{ n: string }>(text)).rows[0]?.n ?? Number.NaN);
/** Those of a signature; what goes to a source that is not there is counted with the sender's own source, as `path-wrong`. */
const countedRejections = (): Promise<number> =>
  number(`select coalesce(sum(rejected), 0) as n from rejection_count where reason <> 'path-wrong'`);
const recordsStored = (): Promise<number> =>
  number('select coalesce(sum(next_offset), 0) as n from kafka_position');
const of = (rows: readonly DeliveryRow[], source: string): DeliveryRow[] =>
  rows.filter((row) => row.source === source);

async function sendAll(messages: readonly Message[]): Promise<void> {
  for (let at = 0; at < messages.length; at += 20) {
    await topic.producer.send({ topic: TOPIC, messages: messages.slice(at, at + 20) });
  }
}

async function badSignaturesInMetrics(): Promise<number> {
  const response = await fetch(`${gateway.baseUrl}/metrics`, {
    headers: { authorization: `Bearer ${gateway.adminKey}` },
  });
  const line = /^chargelog_rejections_total\{source="ampeco",reason="bad-signature"\} (\d+)$/m;
  return Number(line.exec(await response.text())?.[1] ?? Number.NaN);
}

describeWithKafka('a storm by both transports, with kill -9 in the middle', () => {
  beforeAll(async () => {
    topic = await startKafkaTopic(TOPIC, 3);
    gateway = await GatewayWithDatabase.start({
      yaml: yaml(topic),
      env: { CHARGELOG_MAX_BODY_BYTES: String(MAX_BODY) },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await topic?.close();
  });

  it('acknowledged = stored + duplicate + quarantined for every source, in rows', async () => {
    const book = new DeliveryAccount(gateway);
    const toPost = posts();
    const storm = Promise.all([
      inParallel(SENDERS, toPost, ({ source, secret, body }) => book.deliver(source, secret, body)),
      sendAll(records()),
    ]);
    let countedBefore = 0;
    for (const share of [0.25, 0.6]) {
      await eventually(
        () => book.acknowledged,
        (acknowledged) => acknowledged > toPost.length * share,
      );
      await gateway.kill();
      countedBefore = await countedRejections();
      await gateway.restart();
    }
    await storm;
    const offsets = await topic.admin.fetchTopicOffsets(TOPIC);
    const inTopic = offsets.reduce((sum, { high }) => sum + Number(high), 0);
    await eventually(recordsStored, (stored) => stored === inTopic);
    const badSignatures = await badSignaturesInMetrics();
    expect(await gateway.stop()).toBe(0);

    // From here on only what the rows say.
    const rows = await deliveryRows(gateway.db.database.pool);
    for (const source of ['ampeco', 'depot']) {
      const attempts = book.attempts.filter((attempt) => attempt.source === source);
      const account = balance(attempts, of(rows, source));
      expect(of(rows, source)).toHaveLength(account.acknowledged + account.storedUnheard);
      // Each sender had at most one request under way at each kill.
      expect(account.unanswered).toBeLessThanOrEqual(SENDERS * 2);
    }
    expect(of(rows, 'nowhere')).toEqual([]);
    expect(rejectedBy(book)).toEqual({ ampeco: { 401: 60, 413: 20 }, nowhere: { 404: 20 } });

    // Every record of the topic that has a value is one delivery, wherever it ended; none was read twice or left out.
    const places = of(rows, 'ampeco-kafka').map(({ partition, offset }) => `${partition}/${offset}`);
    const expected = offsets.flatMap(({ partition, high }) =>
      range(0, Number(high)).map((offset) => `${partition}/${offset}`),
    );
    expect(expected.filter((place) => !places.includes(place))).toHaveLength(TOMBSTONES);
    expect(places).toHaveLength(expected.length - TOMBSTONES);
    expect(new Set(places).size).toBe(places.length);

    // One event per notification and tenant, however many copies came by whichever way.
    expect(await number('select count(*) as n from event')).toBe(
      new Set([...range(0, WEBHOOK_DATED), ...range(...KAFKA_DATED)]).size + UNDATED + DEPOT_DATED,
    );
    expect(of(rows, 'ampeco-kafka').filter(({ outcome }) => outcome === 'quarantined')).toHaveLength(
      6 * UNREADABLE.length,
    );

    // Counted apart. What was counted in the last quarter of a second before a kill went with it; since then, exactly.
    expect(await countedRejections()).toBe(countedBefore + badSignatures);
    expect(await countedRejections()).toBeLessThanOrEqual(60);
  });
});

function rejectedBy(book: DeliveryAccount): Record<string, Record<number, number>> {
  const counts: Record<string, Record<number, number>> = {};
  for (const { source, answer } of book.attempts) {
    if (answer === undefined || answer.status === 202 || answer.status === 503) continue;
    const bySource = (counts[source] ??= {});
    bySource[answer.status] = (bySource[answer.status] ?? 0) + 1;
  }
  return counts;
}
