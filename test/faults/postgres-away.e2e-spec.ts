import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { balance, DeliveryAccount, deliveryRows } from '@test/faults/delivery-account.js';
import { OwnPostgres } from '@test/faults/own-postgres.js';
import { dated, datedOtherwise, inParallel } from '@test/faults/storm.js';
import { GatewayProcess } from '@test/gateway-process.js';
import { hasKafka, startKafkaTopic, type KafkaTopic } from '@test/kafka-topic.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

const TOPIC = 'ampeco.postgres-away';
const SENDERS = 10;
/** Longer than any wait between two attempts at a connection. `npm run test:long` waits longer. */
const OUTAGE_SECONDS = process.env['LONG_SEARCH'] === undefined ? 6 : 20;
/** One answer is promised within about a second; this only tells an answer from a hang. */
const HANG_MS = 15_000;

interface Ready {
  readonly database: { readonly ok: boolean };
  readonly kafka: readonly { readonly state: string; readonly detail?: string }[];
}

let postgres: OwnPostgres;
let pool: pg.Pool;
let topic: KafkaTopic | undefined;
let gateway: GatewayProcess;

const yaml = (): string => `
sources:
  - { name: ampeco, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }
${
  topic === undefined
    ? ''
    : `  - { name: ampeco-kafka, kind: kafka, tenant: acme, brokers: ['${topic.broker.brokers.plaintext}'], topics: [${TOPIC}],
      groupId: away, securityProtocol: PLAINTEXT, startFrom: earliest }`
}
`;

beforeAll(async () => {
  if (hasKafka) topic = await startKafkaTopic(TOPIC, 2);
  postgres = await OwnPostgres.start();
  pool = new pg.Pool({ ...postgres.connection, max: 2 });
  pool.on('error', () => undefined); // its connections are cut as everybody's
  gateway = await GatewayProcess.start({ database: postgres.connection, yaml: yaml() });
});
afterAll(async () => {
  await gateway?.close();
  await topic?.close();
  await pool?.end();
  await postgres?.remove();
});

/** Webhooks and records one after the other, until told. Every number is one notification, by either way or both. */
class Traffic {
  readonly book = new DeliveryAccount(gateway);
  /** Numbers of notifications that were acknowledged, or are in the topic. */
  readonly sent = new Set<number>();
  recordCount = 0;
  private readonly enough = new AbortController();
  private readonly work: Promise<unknown>;

  constructor(private next: number) {
    this.work = Promise.all([this.post(), this.produce()]);
  }

  async end(): Promise<void> {
    this.enough.abort();
    await this.work;
  }

  private post(): Promise<void> {
    return inParallel(SENDERS, Array.from({ length: SENDERS }), async () => {
      while (!this.enough.signal.aborted) {
        const n = this.next++;
        const answer = await this.book.deliver('ampeco', WEBHOOK_SECRET, dated(n));
        if (answer.status === 202) this.sent.add(n);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
  }

  private async produce(): Promise<void> {
    const { signal } = this.enough;
    if (topic === undefined) return;
    while (!signal.aborted) {
      const numbers = Array.from({ length: 10 }, () =>
        this.recordCount % 3 === 0 ? this.next++ : this.next,
      );
      await topic.producer.send({
        topic: TOPIC,
        messages: numbers.map((n) => ({ value: datedOtherwise(n) })),
      });
      for (const n of numbers) this.sent.add(n);
      this.recordCount += numbers.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

let recordsBefore = 0;
const recordsStored = async (): Promise<number> => {
  const text = 'select coalesce(sum(next_offset), 0) as n from kafka_position';
  return Number((await pool.query<{ n: string }>(text)).rows[0]?.n);
};
const ready = () => gateway.api<Ready>('/health/ready');

/** What callers and operators see while the database gives no answer. @returns the slowest refusal of a read, in ms */
async function expectAway(seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  const named = await eventually(ready, ({ status }) => status === 503);
  expect(named.body).toMatchObject({ database: { ok: false } });
  let slowestMs = 0;
  do {
    for (const path of ['/v1/events', '/v1/feed', '/v1/quarantine']) {
      const at = performance.now();
      const { status, headers, body } = await gateway.api<{ code?: string }>(path);
      slowestMs = Math.max(slowestMs, performance.now() - at);
      expect([path, status, body.code]).toEqual([path, 503, 'store-away']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await fetch(`${gateway.baseUrl}/health/live`)).status).toBe(200);
  } while (performance.now() < until);
  return slowestMs;
}

async function expectNothingLost(traffic: Traffic): Promise<void> {
  await eventually(ready, ({ status }) => status === 200, { timeoutMs: 60_000 });
  const before = traffic.book.acknowledged;
  await eventually(
    () => traffic.book.acknowledged,
    (acknowledged) => acknowledged > before + 50,
    { timeoutMs: 60_000 },
  );
  await traffic.end();
  recordsBefore += traffic.recordCount;
  await eventually(recordsStored, (stored) => stored === recordsBefore, { timeoutMs: 60_000 });

  const rows = await deliveryRows(pool);
  const mine = new Set(traffic.book.attempts.map(({ id }) => id));
  balance(
    traffic.book.attempts,
    rows.filter(({ attempt }) => attempt !== null && mine.has(attempt)),
  );
  const records = rows.filter(({ topic }) => topic !== null);
  expect(records).toHaveLength(recordsBefore);
  expect(new Set(records.map(({ partition, offset }) => `${partition}/${offset}`)).size).toBe(recordsBefore);
  // None twice: as many events as notifications.
  const { rows: numbers } = await pool.query<{ n: string; events: number }>(
    `select substring(convert_from(raw, 'UTF8')::jsonb ->> 'techInfo' from '[0-9]+$') as n, count(*)::int as events
       from event group by 1`,
  );
  expect(numbers.filter(({ events }) => events > 1)).toEqual([]);
  const stored = new Set(numbers.map(({ n }) => Number(n)));
  expect([...traffic.sent].filter((n) => !stored.has(n))).toEqual([]);
}

function report(what: string, traffic: Traffic, slowestReadMs: number): void {
  const refused = traffic.book.attempts.filter(({ answer }) => answer?.status === 503).map(({ ms }) => ms);
  expect(refused.length).toBeGreaterThan(0);
  expect(Math.max(...traffic.book.attempts.map(({ ms }) => ms))).toBeLessThan(HANG_MS);
  expect(slowestReadMs).toBeLessThan(HANG_MS);
  const sorted = refused.toSorted((a, b) => a - b);
  process.stdout.write(
    `database ${what}: ${refused.length} deliveries answered 503, median ${sorted[sorted.length >> 1]?.toFixed(0)} ms, ` +
      `slowest ${sorted.at(-1)?.toFixed(0)} ms; slowest read refused in ${slowestReadMs.toFixed(0)} ms\n`,
  );
}

describe.skipIf(process.platform !== 'linux')('a database that goes away under load', () => {
  it(`stopped for ${OUTAGE_SECONDS} s: callers are told at once, and all goes on by itself without loss or double`, async () => {
    const traffic = new Traffic(0);
    await eventually(
      () => traffic.book.acknowledged,
      (acknowledged) => acknowledged > 100,
    );
    // A source that still asks for its positions waits, too, but says so in other words.
    if (topic !== undefined) await eventually(recordsStored, (stored) => stored > 0, { timeoutMs: 60_000 });
    await postgres.stop();
    const slowestReadMs = await expectAway(OUTAGE_SECONDS);
    if (topic !== undefined) {
      // It waits with what it has fetched: it stays in the group, and asks the broker for no more.
      const { body } = await ready();
      const detail = expect.stringMatching(
        /(records|partitions) wait for (the event store|their positions)/,
      ) as string;
      expect(body.kafka).toMatchObject([{ state: 'blocked', detail }]);
    }
    await postgres.startAgain();
    await expectNothingLost(traffic);
    report('stopped', traffic, slowestReadMs);
  });

  it('frozen for 4 s, connections open: the same', async () => {
    const traffic = new Traffic(1_000_000);
    await eventually(
      () => traffic.book.acknowledged,
      (acknowledged) => acknowledged > 100,
    );
    postgres.freeze();
    try {
      const slowestReadMs = await expectAway(4);
      postgres.thaw();
      await expectNothingLost(traffic);
      report('frozen', traffic, slowestReadMs);
    } finally {
      postgres.thaw();
    }
  });
});
