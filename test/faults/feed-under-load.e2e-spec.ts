import { fork } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Source } from '@chargelog/domain';
import { registerSources } from '@chargelog/features/sources';
import type { WriterOrder, WriterResult } from '@test/append-writer.js';
import { GatewayProcess, type FeedPage } from '@test/gateway-process.js';
import { createTestDatabase, type TestDatabase } from '@test/test-database.js';
import { WEBHOOK_YAML } from '@test/webhook-yaml.js';

const WRITER = new URL('../../dist-test/test/support/append-writer.js', import.meta.url);
const SECONDS = 4;
/** Different sizes, so that short transactions overtake long ones: what makes positions visible out of order. */
const BATCH_SIZES = [10, 100, 300, 500];

let db: TestDatabase;
let api: GatewayProcess;
let source: Source;

beforeAll(async () => {
  db = await createTestDatabase();
  api = await GatewayProcess.start({ database: db.connection, yaml: WEBHOOK_YAML });
  const [registered] = await registerSources(db.database.dataSource, [
    { name: 'ampeco', kind: 'webhook', tenant: 'acme' },
  ]);
  if (registered === undefined) throw new Error('the source was not registered');
  source = registered;
});
afterAll(async () => {
  await api.close();
  await db.drop();
});

function write(batchSize: number, writer: number): Promise<WriterResult> {
  const order: WriterOrder = {
    connection: db.connection,
    source,
    batchSize,
    seconds: SECONDS,
    firstIndex: writer * 10_000_000,
  };
  return new Promise((resolve, reject) => {
    const child = fork(WRITER);
    child.once('message', (result) => resolve(result as WriterResult));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`a writer ended with ${code} before it answered`)));
    child.send(order);
  });
}

/** Follows the feed over HTTP until, after `done` came true, a whole wait has brought nothing. */
async function follow(done: () => boolean): Promise<string[]> {
  const seen: string[] = [];
  let after = (await api.api<FeedPage>('/v1/feed?after=end')).body.next;
  for (;;) {
    const wasDone = done();
    const { body } = await api.api<FeedPage>(`/v1/feed?limit=1000&wait=1&after=${after}`);
    for (const { id } of body.data) seen.push(id);
    after = body.next;
    if (wasDone && body.data.length === 0 && !body.more) return seen;
  }
}

/** What many feeds do: ask for what is beyond the last number seen. Shown beside ours on demand, see docs/adr/0001. */
async function followPlainly(done: () => boolean): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  let after = '0';
  for (;;) {
    const wasDone = done();
    const { rows } = await db.database.pool.query<{ id: string; seq: string }>(
      'select id, seq from event where seq > $1 order by seq limit 1000',
      [after],
    );
    for (const { id } of rows) seen.add(id);
    after = rows.at(-1)?.seq ?? after;
    if (wasDone && rows.length === 0) return seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('the feed behind four writing processes at full speed', () => {
  it('hands every committed event to its reader exactly once, those 30 days late included', async () => {
    let finished = false;
    const reader = follow(() => finished);
    const plain = process.env['SHOW_PLAIN_READER'] === '1' ? followPlainly(() => finished) : undefined;
    const results = await Promise.all(BATCH_SIZES.map(write));
    finished = true;
    const seen = await reader;

    const committed = results.flatMap(({ eventIds }) => eventIds);
    expect(committed.length).toBeGreaterThan(5_000);
    const handedOut = new Set(seen);
    expect(handedOut.size).toBe(seen.length);
    expect(committed.filter((id) => !handedOut.has(id))).toEqual([]);
    expect(seen.length).toBe(committed.length);

    if (plain !== undefined) {
      const plainly = await plain;
      const lost = committed.filter((id) => !plainly.has(id)).length;
      process.stdout.write(`a reader of seq > cursor lost ${lost} of ${committed.length} events\n`);
    }
  });
});
