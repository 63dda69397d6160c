import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { balance, DeliveryAccount, deliveryRows } from '@test/faults/delivery-account.js';
import { dated, inParallel, UNREADABLE } from '@test/faults/storm.js';
import { GatewayProcess, type FeedPage } from '@test/gateway-process.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { WEBHOOK_SECRET, WEBHOOK_YAML } from '@test/webhook-yaml.js';

const SENDERS = 8;
/** Each catches the flush at another moment. */
const ROUNDS = 3;
/** The promise is 5 s; a slow machine may take longer, a feed that waits for the hung writer waits for ever. */
const RESUMES_WITHIN_MS = 30_000;
/** A writer that has registered with the feed and not committed: what it wrote holds back everything behind it. */
const WRITER_IN_TRANSACTION = `
  select a.pid from pg_stat_activity a join pg_locks l on l.pid = a.pid
   where a.datname = current_database() and a.application_name = 'chargelog writer'
     and l.locktype = 'advisory' and l.objsubid = 1 and l.granted and a.state <> 'idle'`;

let db: TestDatabase;
let hanging: GatewayProcess;
let other: GatewayProcess;

beforeAll(async () => {
  db = await createTestDatabase();
  hanging = await GatewayProcess.start({ database: db.connection, yaml: WEBHOOK_YAML });
  other = await GatewayProcess.start({ database: db.connection, yaml: WEBHOOK_YAML });
});
afterAll(async () => {
  await hanging?.close();
  await other?.close();
  await db?.drop();
});

async function isInTransaction(): Promise<boolean> {
  return ((await db.database.pool.query(WRITER_IN_TRANSACTION)).rowCount ?? 0) > 0;
}

/** Stops the process at moments until one of them lies between a flush's first statement and its commit. */
async function stopInFlush(gateway: GatewayProcess): Promise<void> {
  await eventually(
    async () => {
      process.kill(gateway.pid, 'SIGSTOP');
      // A statement under way when its process stopped ends by itself; what is left then waits for the process.
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (await isInTransaction()) return true;
      process.kill(gateway.pid, 'SIGCONT');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      return false;
    },
    (caught) => caught,
  );
}

/** @returns seconds from the stop until the feed of the other instance hands out what was stored after it */
async function feedResumesWhileHung(round: number): Promise<number> {
  await stopInFlush(hanging);
  const stoppedAt = performance.now();
  try {
    let { next } = (await other.api<FeedPage>('/v1/feed?after=end')).body;
    const { body } = await other.postWebhook('ampeco', WEBHOOK_SECRET, dated(1_000_000 + round));
    expect(body.outcome).toBe('stored');
    await eventually(
      async () => {
        const { body: page } = await other.api<FeedPage>(`/v1/feed?after=${next}&wait=1`);
        next = page.next;
        return page.data.map(({ id }) => id);
      },
      (ids) => ids.includes(body.eventId ?? ''),
      { timeoutMs: RESUMES_WITHIN_MS },
    );
    return (performance.now() - stoppedAt) / 1_000;
  } finally {
    process.kill(hanging.pid, 'SIGCONT');
  }
}

describe('a gateway stopped in the middle of a flush', () => {
  it('holds up the feed of another only for seconds, and goes on without loss or double', async () => {
    const book = new DeliveryAccount(hanging);
    const enough = new AbortController();
    let serial = 0;
    // Quarantined ones among them, so that a flush is a transaction of several round trips.
    const storm = inParallel(SENDERS, Array.from({ length: SENDERS }), async () => {
      while (!enough.signal.aborted) {
        serial += 1;
        const body = serial % 3 === 0 ? UNREADABLE[serial % UNREADABLE.length] : dated(serial);
        await book.deliver('ampeco', WEBHOOK_SECRET, body ?? '');
      }
    });
    const seconds: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = book.acknowledged;
      await eventually(
        () => book.acknowledged,
        (acknowledged) => acknowledged > before + 100,
      );
      seconds.push(await feedResumesWhileHung(round));
    }
    const shown = seconds.map((one) => one.toFixed(1)).join(', ');
    process.stdout.write(`the feed resumed ${shown} s after the other instance was stopped\n`);

    const before = book.acknowledged;
    await eventually(
      () => book.acknowledged,
      (acknowledged) => acknowledged > before + 100,
    );
    enough.abort();
    await storm;
    const rows = await deliveryRows(db.database.pool);
    balance(
      book.attempts,
      rows.filter(({ attempt }) => attempt !== null),
    );
    const feed = (await other.wholeFeed()).map(({ id }) => id);
    const events = rows.filter(({ outcome }) => outcome === 'stored').map(({ names }) => names);
    expect(feed.toSorted()).toEqual(events.toSorted());
    expect((await fetch(`${hanging.baseUrl}/health/ready`)).status).toBe(200);
  });
});
