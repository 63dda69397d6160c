import { Kafka, logLevel, type Consumer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '@chargelog/domain';
import { findKafka } from '@test/kafka/find-kafka.js';
import { startBroker, type TestBroker } from '@test/kafka/start-broker.js';
import { ADMIN_KEY, Receiver, SECRET } from '@test/simulator/receiver.js';
import { contentKey } from '../account/account.js';
import { GatewayFeed } from '../account/gateway-feed.js';
import { simulate } from '../simulation.js';
import { KafkaSender } from './kafka-sender.js';
import { WebhookSender } from './webhook-sender.js';

const kafka = await findKafka();

describe.skipIf(!kafka.available)('a simulation by webhook and Kafka at once', () => {
  let broker: TestBroker;
  let consumer: Consumer;
  let receiver: Receiver;
  const topic = `simulated-${process.pid}-${Date.now()}`;

  beforeAll(async () => {
    broker = await startBroker();
    receiver = await Receiver.start();
  });

  afterAll(async () => {
    await consumer?.disconnect();
    await receiver.stop();
    await broker.stop();
  });

  it('makes the topic, produces every notification once more, and agrees that each is one event', async () => {
    const sender = await KafkaSender.connect({ brokers: [broker.brokers.plaintext], topic });
    const values: Buffer[] = [];
    const client = new Kafka({ brokers: [broker.brokers.plaintext], logLevel: logLevel.NOTHING });
    consumer = client.consumer({ groupId: topic });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        values.push(message.value!);
        receiver.take(JSON.parse(message.value!.toString('utf8')) as JsonValue);
        return Promise.resolve();
      },
    });
    const webhook = new WebhookSender({
      url: receiver.webhookUrl,
      secret: SECRET,
      tenant: 'demo',
      connections: 8,
      timeoutMs: 5_000,
    });

    const result = await simulate(
      {
        seed: 21,
        rate: 300,
        durationMs: 2_000,
        chargePoints: 6,
        duplicates: 0.2,
        reorder: 0.2,
        concurrency: 8,
        settleWithinMs: 30_000,
      },
      {
        webhook,
        kafka: sender,
        feed: new GatewayFeed(receiver.baseUrl, ADMIN_KEY),
        output: undefined,
        stop: new AbortController().signal,
        giveUp: new AbortController().signal,
      },
    );
    await webhook.close();
    await sender.close();

    const { account, comparison } = result;
    expect(comparison).toMatchObject({ agrees: true, sentCount: 600 + sender.partitions.length });
    expect(account.kafka.sent).toBe(account.kafka.acknowledged.taken);
    // The last notification of each partition stands in the feed, so everything before it has been read.
    expect(values).toHaveLength(account.kafka.sent);
    expect(values.length + account.webhook.sent).toBe(
      1_200 + sender.partitions.length + account.duplicateCount,
    );
    const keys = new Set(values.map((value) => contentKey(JSON.parse(value.toString('utf8')) as JsonValue)));
    expect(keys).toEqual(new Set(account.notifications.keys()));
  });

  it('says when no broker answers', async () => {
    await expect(KafkaSender.connect({ brokers: ['127.0.0.1:1'], topic })).rejects.toThrow(
      /ECONNREFUSED|Connection error/,
    );
  });
});
