import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs, { type Admin, type Consumer, type Kafka, type Producer } from 'kafkajs';
import { eventually } from '../eventually.js';
import { GatewayProcess } from '../gateway-process.js';
import { startBroker, type TestBroker } from '../kafka/start-broker.js';
import { createTestDatabase, type TestDatabase } from '../test-database.js';

/** Of each topic, its partitions at first. */
const TOPICS = { 'untidy.a': 2, 'untidy.b': 1 } as const;
export type Topic = keyof typeof TOPICS;
export const TOPIC_NAMES = Object.keys(TOPICS) as Topic[];
const GROUP = 'untidy';

/** A record that a broker has acknowledged and nobody has stored yet. */
export interface Unread {
  readonly serial: number;
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: bigint;
  /** `performance.now()` of the acknowledgement. */
  readonly since: number;
}

/** One broker, one database, up to two gateways on both, and what has been written that is not stored yet. */
export class UntidyWorld {
  readonly unread = new Map<number, Unread>();
  writtenCount = 0;
  private serial = 0;
  /** How often a topic has begun or ended; what was written across that is in a topic that nobody has any more. */
  private readonly lives = new Map<Topic, number>();
  private readonly producers = new Set<Producer>();
  private second: GatewayProcess | undefined;

  private constructor(
    readonly broker: TestBroker,
    readonly db: TestDatabase,
    readonly gateway: GatewayProcess,
    private readonly yaml: string,
    private readonly folder: string,
    private readonly kafka: Kafka,
  ) {}

  static async open(): Promise<UntidyWorld> {
    const broker = await startBroker();
    const kafka = new kafkajs.Kafka({
      brokers: [broker.brokers.plaintext],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 500 },
    });
    const folder = mkdtempSync(join(tmpdir(), 'chargelog-untidy-'));
    const db = await createTestDatabase();
    writeFileSync(join(folder, 'password'), broker.password);
    const yaml = `
sources:
  - name: untidy
    kind: kafka
    tenant: acme
    brokers: ['${broker.brokers.saslPlaintext}']
    topics: [${TOPIC_NAMES.join(', ')}]
    groupId: ${GROUP}
    securityProtocol: SASL_PLAINTEXT
    sasl: { mechanism: PLAIN, username: ${broker.username}, password: 'file:${join(folder, 'password')}' }
`;
    await withAdmin(kafka, (admin) =>
      admin.createTopics({
        topics: TOPIC_NAMES.map((topic) => ({ topic, numPartitions: TOPICS[topic] })),
        waitForLeaders: false,
      }),
    );
    const gateway = await GatewayProcess.start({ database: db.connection, yaml });
    return new UntidyWorld(broker, db, gateway, yaml, folder, kafka);
  }

  async close(): Promise<void> {
    await Promise.all([...this.producers].map((producer) => producer.disconnect().catch(() => undefined)));
    await Promise.all([this.second?.close(), this.gateway.close()]);
    await this.broker.stop();
    await this.db.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes one record to a topic, whichever partition; a broker that is away costs nothing but time. */
  async write(topic: Topic): Promise<void> {
    const producer = await this.producer();
    const serial = (this.serial += 1);
    const life = this.lives.get(topic);
    try {
      const [written] = await producer.send({ topic, messages: [{ value: body(serial) }], timeout: 2_000 });
      if (life === this.lives.get(topic))
        this.note(serial, topic, written?.partition ?? 0, BigInt(written?.baseOffset ?? 0));
    } catch {
      await this.forget(producer);
    }
  }

  /** What was written is stored, for all that the database says. */
  async settle(): Promise<void> {
    const { rows } = await this.db.database.pool.query<{ serial: number }>(
      `select (convert_from(raw, 'UTF8')::jsonb ->> 'id')::integer as serial from event
        where (convert_from(raw, 'UTF8')::jsonb ->> 'id')::integer = any ($1)`,
      [[...this.unread.keys()]],
    );
    for (const { serial } of rows) this.unread.delete(serial);
  }

  /** Each gap is known to somebody within seconds, or nothing would ever be ready again. */
  async acknowledgeGaps(): Promise<void> {
    const path = '/v1/sources/untidy/gaps';
    const { body: page } = await this.gateway.api<{ data: readonly { gapId: string }[] }>(
      `${path}?state=unacknowledged`,
    );
    for (const { gapId } of page.data ?? []) {
      await this.gateway.api(`${path}/${gapId}/acknowledge`, {
        method: 'POST',
        body: { reason: 'part of the test' },
      });
    }
  }

  /** Whatever was in the topic is gone, and there is another topic of that name with `count` records. */
  async makeAnew(topic: Topic, count: number): Promise<void> {
    this.live(topic);
    await this.admin((admin) => admin.deleteTopics({ topics: [topic] }));
    for (const [serial, unread] of this.unread) if (unread.topic === topic) this.unread.delete(serial);
    await eventually(
      () =>
        this.admin((admin) =>
          admin.createTopics({
            topics: [{ topic, numPartitions: TOPICS[topic] }],
            waitForLeaders: false,
          }),
        ).catch(() => false),
      (made) => made,
    );
    this.live(topic);
    for (let written = 0; written < count; written += 1) await this.write(topic);
  }

  /** As retention does: all that the topic holds. */
  async deleteRecords(topic: Topic): Promise<void> {
    await this.admin(async (admin) => {
      const ends = await admin.fetchTopicOffsets(topic);
      const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
      await admin.deleteTopicRecords({ topic, partitions });
      for (const [serial, unread] of this.unread) {
        const end = ends.find(({ partition }) => partition === unread.partition);
        if (unread.topic === topic && unread.offset < BigInt(end?.high ?? 0)) this.unread.delete(serial);
      }
    });
  }

  async addPartition(topic: Topic): Promise<void> {
    await this.admin(async (admin) => {
      const { length } = await admin.fetchTopicOffsets(topic);
      if (length < 5) {
        await admin.createPartitions({ topicPartitions: [{ topic, count: length + 1 }] });
        await Promise.all([...this.producers].map((producer) => this.forget(producer)));
      }
    });
  }

  /** Another program in our group, which takes partitions and reads nothing. @returns how it leaves */
  async strangerJoins(): Promise<() => Promise<void>> {
    const stranger: Consumer = this.kafka.consumer({ groupId: GROUP, sessionTimeout: 6_000 });
    await stranger.connect();
    await stranger.subscribe({ topics: [...TOPIC_NAMES] });
    await stranger.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
    return () => stranger.disconnect();
  }

  /** A transaction that is not ended: what is written behind it cannot be read yet. @returns how it ends */
  async openTransaction(topic: Topic): Promise<() => Promise<void>> {
    const producer = this.kafka.producer({
      transactionalId: `untidy-${this.serial}`,
      maxInFlightRequests: 1,
      idempotent: true,
      transactionTimeout: 150_000,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    const serial = (this.serial += 1);
    await transaction.send({ topic, messages: [{ value: body(serial) }] });
    return async () => {
      await transaction.abort();
      await producer.disconnect();
    };
  }

  setPassword(password: string): void {
    writeFileSync(join(this.folder, 'password'), password);
  }

  async secondGateway(isThere: boolean): Promise<void> {
    if (!isThere) await this.second?.kill();
    else if (this.second !== undefined) await this.second.restart();
    else {
      const { gateway: keysOf, yaml } = this;
      this.second = await GatewayProcess.start({ database: this.db.connection, yaml, keysOf });
    }
  }

  /** A lock that a program left on the positions. @returns how it is released */
  async lockPositions(): Promise<() => Promise<void>> {
    const client = await this.db.database.pool.connect();
    await client.query('begin');
    await client.query('select 1 from kafka_position for update');
    return async () => {
      await client.query('rollback');
      client.release();
    };
  }

  private note(serial: number, topic: Topic, partition: number, offset: bigint): void {
    this.writtenCount += 1;
    this.unread.set(serial, { serial, topic, partition, offset, since: performance.now() });
  }

  private live(topic: Topic): void {
    this.lives.set(topic, (this.lives.get(topic) ?? 0) + 1);
  }

  private admin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    return withAdmin(this.kafka, work);
  }

  private async producer(): Promise<Producer> {
    const [known] = this.producers;
    if (known !== undefined) return known;
    const producer = this.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    this.producers.add(producer);
    await producer.connect().catch(() => undefined);
    return producer;
  }

  private async forget(producer: Producer): Promise<void> {
    this.producers.delete(producer);
    await producer.disconnect().catch(() => undefined);
  }
}

/** Distinct, in a time of its own. */
function body(serial: number): string {
  const createdAt = new Date(Date.UTC(2026, 2, 14) + serial * 1_000).toISOString();
  return JSON.stringify({ notification: 'cdr.received', id: serial, createdAt });
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
