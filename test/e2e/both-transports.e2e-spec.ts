import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { describeWithKafka, startKafkaTopic, type KafkaTopic } from '@test/kafka-topic.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';
import { loadSamples } from '../fixtures/ampeco/load.js';

const TOPIC = 'ampeco.both-transports';
const GROUP = 'chargelog-e2e';

let topic: KafkaTopic;
let gateway: GatewayWithDatabase;

const yaml = ({ broker }: KafkaTopic): string => `
sources:
  - { name: ampeco, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }
  - name: ampeco-kafka
    kind: kafka
    tenant: acme
    brokers: ['${broker.brokers.saslPlaintext}']
    topics: [${TOPIC}]
    groupId: ${GROUP}
    securityProtocol: SASL_PLAINTEXT
    sasl: { mechanism: SCRAM-SHA-512, username: ${broker.username}, password: '\${KAFKA_PASSWORD}' }
    startFrom: earliest
    format: [gzip, schema-registry, connect, cloudevents]
`;

/** The n-th notification, as AMPECO's PHP writes it: compact, slashes and non-ASCII escaped. */
function webhookBody(series: string, n: number): string {
  const at = new Date(Date.UTC(2026, 2, 14, 9) + n * 1_000).toISOString();
  return (
    `{"notification":"SecurityEventNotification","chargePointId":${1_000 + (n % 20)},"type":"ResetOrReboot",` +
    `"timestamp":"${at.replace('Z', '000Z')}","techInfo":"${series}\\/caf\\u00e9 ${n}","critical":false}`
  );
}

/** The same notification as another JSON writer puts it: other key order, spaces, nothing escaped. */
function kafkaValue(series: string, n: number): string {
  const { timestamp, ...rest } = JSON.parse(webhookBody(series, n)) as Record<string, unknown>;
  return JSON.stringify(
    { timestamp, ...Object.fromEntries(Object.entries(rest).toReversed()) },
    undefined,
    1,
  );
}

async function sendByWebhook(series: string, count: number): Promise<number> {
  let acknowledged = 0;
  const numbers = Array.from({ length: count }, (_, n) => n);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let n = numbers.pop(); n !== undefined; n = numbers.pop()) {
        const answer = await gateway
          .postWebhook('ampeco', WEBHOOK_SECRET, webhookBody(series, n))
          .catch(() => undefined);
        if (answer?.status === 202) acknowledged += 1;
      }
    }),
  );
  return acknowledged;
}

async function sendByKafka(series: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 50) {
    const messages = Array.from({ length: 50 }, (_, i) => ({ value: kafkaValue(series, n + i) }));
    await topic.producer.send({ topic: TOPIC, messages });
  }
}

const count = async (table: string): Promise<number> =>
  (await gateway.db.database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]
    ?.n ?? -1;
/** Every record of the topic has been stored: the positions in Postgres say so. */
const recordsStored = async (): Promise<number> =>
  Number(
    (
      await gateway.db.database.pool.query<{ n: string }>(
        'select coalesce(sum(next_offset), 0) as n from kafka_position',
      )
    ).rows[0]?.n,
  );

describeWithKafka('webhook and Kafka at once', () => {
  beforeAll(async () => {
    topic = await startKafkaTopic(TOPIC, 3);
    gateway = await GatewayWithDatabase.start({
      yaml: yaml(topic),
      env: { KAFKA_PASSWORD: topic.broker.password },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await topic?.close();
  });

  it('store 500 notifications that came by both ways as 500 events and account for 1,000 deliveries', async () => {
    const [acknowledged] = await Promise.all([sendByWebhook('one', 500), sendByKafka('one', 500)]);
    expect(acknowledged).toBe(500);
    await eventually(recordsStored, (stored) => stored === 500);
    expect([await count('event'), await count('duplicate'), await count('quarantine')]).toEqual([
      500, 500, 0,
    ]);
    const events = await gateway.wholeFeed();
    expect(new Set(events.map(({ data }) => data['techInfo']))).toEqual(
      new Set(Array.from({ length: 500 }, (_, n) => `one/café ${n}`)),
    );
  });

  it('explain every copy: by which path it came, and where it stood', async () => {
    const [event] = await gateway.wholeFeed();
    const { body } = await gateway.api<{
      data: { role: string; transport: string; kafka?: { topic: string } }[];
    }>(`/v1/events/${event?.id}/deliveries`);
    expect(body.data.map(({ role }) => role)).toEqual(['first', 'duplicate']);
    expect(new Set(body.data.map(({ transport }) => transport))).toEqual(new Set(['webhook', 'kafka']));
    expect(body.data.find(({ transport }) => transport === 'kafka')?.kafka).toMatchObject({ topic: TOPIC });
  });

  it('survive kill -9 in the middle: all sent again is the same 500', async () => {
    const before = await count('event');
    const kafkaSent = sendByKafka('two', 500);
    const webhookSent = sendByWebhook('two', 500);
    await eventually(
      () => count('event'),
      (events) => events > before + 100,
    );
    await gateway.kill();
    await Promise.all([kafkaSent, webhookSent]);
    await gateway.restart();

    const acknowledged = await sendByWebhook('two', 500);
    await sendByKafka('two', 500);
    expect(acknowledged).toBe(500);
    await eventually(recordsStored, (stored) => stored === 1_500);
    expect((await count('event')) - before).toBe(500);
    const again = (await gateway.wholeFeed()).filter(({ data }) =>
      String(data['techInfo']).startsWith('two/'),
    );
    expect(new Set(again.map(({ data }) => data['techInfo'])).size).toBe(500);
  });

  it('go on from the position in Postgres when the consumer group has lost its offsets', async () => {
    await gateway.stop();
    await eventually(
      () =>
        topic.admin.deleteGroups([GROUP]).then(
          () => true,
          () => false,
        ),
      (deleted) => deleted,
    );
    await sendByKafka('three', 50);
    const duplicates = await count('duplicate');
    await gateway.restart();
    await eventually(recordsStored, (stored) => stored === 1_550);
    expect(await count('event')).toBe(1_050);
    // A re-read would be recognized by its delivery key; that nothing was even tried shows in the untouched duplicates.
    expect(await count('duplicate')).toBe(duplicates);
  });

  it('put a record that is no notification into quarantine, and its partition goes on', async () => {
    await topic.producer.send({
      topic: TOPIC,
      messages: [
        { value: 'not json', partition: 0 },
        { value: kafkaValue('four', 1), partition: 0 },
      ],
    });
    await eventually(
      () => count('event'),
      (events) => events === 1_051,
    );
    const { body } = await gateway.api<{ data: { reason: string; transport: string }[] }>('/v1/quarantine');
    expect(body.data).toMatchObject([{ reason: 'not-json', transport: 'kafka' }]);
  });

  it('give every AMPECO sample its type and subject, whichever way it came first', async () => {
    const samples = loadSamples();
    const before = await count('event');
    const stored = await recordsStored();
    const byKafka = samples.filter((_, i) => i % 2 === 0);
    const byWebhook = samples.filter((_, i) => i % 2 === 1);
    await topic.producer.send({ topic: TOPIC, messages: byKafka.map(({ body }) => ({ value: body })) });
    for (const { body } of byWebhook) {
      expect(await gateway.postWebhook('ampeco', WEBHOOK_SECRET, body)).toMatchObject({
        status: 202,
        body: { outcome: 'stored' },
      });
    }
    await eventually(recordsStored, (now) => now === stored + byKafka.length);
    // Now the other way round: each is a further copy.
    await topic.producer.send({ topic: TOPIC, messages: byWebhook.map(({ body }) => ({ value: body })) });
    for (const { body } of byKafka) {
      expect(await gateway.postWebhook('ampeco', WEBHOOK_SECRET, body)).toMatchObject({
        body: { outcome: 'duplicate' },
      });
    }
    await eventually(recordsStored, (now) => now === stored + samples.length);
    expect(await count('event')).toBe(before + samples.length);

    const events = await gateway.wholeFeed();
    for (const { file, notification, body, type, subject } of samples) {
      const text = JSON.stringify(JSON.parse(body.toString()));
      const same = events.filter((event) => JSON.stringify(event.data) === text);
      expect(same, file).toHaveLength(1);
      expect([same[0]?.notification, same[0]?.type], file).toEqual([notification, type]);
      expect(same[0]?.subject, file).toBe(subject && `${subject.kind}/${subject.id}`);
    }
    expect(events.find((event) => event.notification === 'depot.slotAssigned')?.type).toBe('unrecognized');
  });

  it('are one event also where the records are wrapped as serializers and connectors do', async () => {
    const stored = await recordsStored();
    const waiting = await count('quarantine');
    expect(await sendByWebhook('five', 4)).toBe(4);
    const events = await count('event');
    const value = (n: number): string => kafkaValue('five', n);
    const wrapped = [
      gzipSync(value(0)),
      Buffer.concat([Buffer.from([0, 0, 0, 0, 17]), Buffer.from(value(1))]),
      `{"schema":{"type":"string"},"payload":${JSON.stringify(value(2))}}`,
      `{"specversion":"1.0","id":"a","source":"/b","type":"c","data":${value(3)}}`,
    ];
    await topic.producer.send({ topic: TOPIC, messages: wrapped.map((one) => ({ value: one })) });
    await eventually(recordsStored, (now) => now === stored + wrapped.length);
    expect([await count('event'), await count('quarantine')]).toEqual([events, waiting]);
    const { rows } = await gateway.db.database.pool.query<{ taken: string; received: string }>(
      `select headers::json ->> ':taken' as taken, headers::json ->> ':as-received' as received
         from duplicate where headers like '%":taken"%' order by 1`,
    );
    expect(rows.map(({ taken }) => taken)).toEqual(['cloudevents', 'connect', 'gzip', 'schema-registry']);
    const received = rows.map((row) => Buffer.from(row.received, 'base64').toString('hex'));
    expect(received.toSorted()).toEqual(wrapped.map((one) => Buffer.from(one).toString('hex')).toSorted());
  });
});
