import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE_VERSION } from '@chargelog/catalogue';
import { EventFlag } from '@chargelog/domain';
import { eventually } from '@test/eventually.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { runCli, type CliRun } from '@test/run-cli.js';
import { sendWebhooks } from '@test/send-webhooks.js';
import { eventsOf, getText, readFeed, type ServedEvent } from '@test/served-events.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';
import { notificationBody } from '../perf/bodies.js';

/** Several pages of the work. */
const EVENTS = 2_000;
const NOW = Date.UTC(2026, 2, 14, 9);
/** Two of four, of which an older catalogue knew nothing. */
const TURNED = ['SessionUpdateNotification', 'session.start.stop.notification'];
const EXIT_UNAVAILABLE = 69;

interface Reindex {
  readonly state: string;
  readonly position: string;
  readonly endPosition: string;
  readonly examined: number;
  readonly changed: number;
  readonly changes: Readonly<Record<string, number>>;
}

let gateway: GatewayWithDatabase;
let before: readonly ServedEvent[];
let turned: readonly ServedEvent[];
let bytesBefore: unknown;
/** Of a consumer that has read a quarter. */
let cursor: string;
/** Sent since the work was asked for. */
const arrived: string[] = [];

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start();
  await sendWebhooks(
    gateway,
    Array.from({ length: EVENTS }, (_, n) => notificationBody(n, NOW)),
  );
  before = await readFeed(gateway, 'normalized');
  expect(before).toHaveLength(EVENTS);
  bytesBefore = await bytes();
  const quarter = await getText(gateway, `/v1/feed?limit=${EVENTS / 4}`, gateway.adminKey);
  cursor = (JSON.parse(quarter) as { next: string }).next;
  await storeAsAnOlderCatalogue();
  turned = before.filter(isTurned);
});
afterAll(() => gateway?.close());

/**
 * What a version without these names would have stored: no type, no subject, and of the related ids those that stand at
 * the top of the body.
 */
async function storeAsAnOlderCatalogue(): Promise<void> {
  const decided = EventFlag.nonconforming | EventFlag.deprecated;
  const { rowCount } = await gateway.db.database.pool.query(
    `update event set catalogue_version = 0, flags = (flags & ~$2::int) | $3::int, subject_kind_id = null, subject_id = null,
            type_id = (select id from event_type where name = 'unrecognized'),
            charge_point_id = (convert_from(raw, 'UTF8')::jsonb ->> 'chargePointId')::bigint,
            evse_id = (convert_from(raw, 'UTF8')::jsonb ->> 'evseId')::bigint,
            session_id = (convert_from(raw, 'UTF8')::jsonb ->> 'sessionId')::bigint,
            user_id = (convert_from(raw, 'UTF8')::jsonb ->> 'userId')::bigint
      where notification_id in (select id from notification where name = any ($1))`,
    [TURNED, decided, EventFlag.unrecognized],
  );
  expect(rowCount).toBe(before.filter(isTurned).length);
}

function isTurned({ attributes }: ServedEvent): boolean {
  return TURNED.includes(String(attributes['notification']));
}

/** All that must never move, of the events that were there at the start, in one sum. */
async function bytes(): Promise<unknown> {
  const { rows } = await gateway.db.database.pool.query(
    `select count(*)::int as events,
            md5(string_agg(concat_ws('|', id, seq, received_at, delivery_key, signed_by, headers, raw, raw_sha256), ',' order by seq))
       from event where seq <= $1`,
    [before.at(-1)?.attributes['position']],
  );
  return rows;
}

function chargelog(...args: string[]): Promise<CliRun> {
  const which = ['--url', gateway.baseUrl, '--key-file', join(gateway.folder, 'admin.key')];
  return runCli(['reindex', ...args, ...which], { cwd: gateway.folder });
}

const job = async (): Promise<Reindex> => (await gateway.api<Reindex>('/v1/reindex')).body;

async function history(search: string): Promise<readonly ServedEvent[]> {
  const events: ServedEvent[] = [];
  for (let after = ''; ;) {
    const page = await getText(gateway, `/v1/events?limit=1000&${search}${after}`, gateway.adminKey);
    events.push(...eventsOf(page));
    const { next } = JSON.parse(page) as { next: string | null };
    if (next === null) return events;
    after = `&after=${next}`;
  }
}

/** Sends events that are new, one by one, until it is told to stop; what is not acknowledged is sent again. */
function keepSending(): () => Promise<void> {
  const stop = new AbortController();
  const sending = (async () => {
    for (let n = EVENTS; !stop.signal.aborted; n++) {
      const body = notificationBody(n, NOW);
      for (let id: string | undefined; id === undefined && !stop.signal.aborted;) {
        const answer = await gateway.postWebhook('ampeco', WEBHOOK_SECRET, body).catch(() => undefined);
        id = answer?.body.eventId;
        if (id !== undefined) arrived.push(id);
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  })();
  return async () => {
    stop.abort();
    await sending;
  };
}

describe('events that an older catalogue did not know', () => {
  it('are found under no type of theirs before', async () => {
    expect(await history('type=session.updated')).toEqual([]);
    expect(await history('type=unrecognized')).toHaveLength(turned.length);
  });

  it('are counted by a dry run, which changes nothing', async () => {
    const run = await chargelog('--dry-run');
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toContain(`completed: ${EVENTS} events looked at, ${turned.length} would change.`);
    expect(run.stdout).toMatch(/unrecognized → session\.updated +600/);
    expect(await history('type=session.updated')).toEqual([]);
  });

  it('are named by the command, new ones arriving meanwhile, over a kill -9 in the middle', async () => {
    // Holds up the page in which it stands, so that the middle is where the test says.
    const held = await gateway.db.database.pool.connect();
    await held.query('begin');
    const stopAt = turned[Math.floor(turned.length * 0.6)]?.attributes.id;
    await held.query('select from event where id = $1 for update', [stopAt]);
    const stopSending = keepSending();

    const watching = chargelog();
    const halfway = await eventually(
      async () => ({ ...(await job().catch(() => undefined)), waiting: await isWaiting() }),
      ({ waiting, state }) => waiting && state === 'running',
    );
    expect(halfway.changed).toBeGreaterThan(0);
    expect(halfway.changed).toBeLessThan(turned.length);
    const soFar = arrived.length;
    await eventually(
      () => arrived.length,
      (count) => count > soFar + 10,
    );

    await gateway.kill();
    expect((await watching).code).toBe(EXIT_UNAVAILABLE);
    await held.query('rollback');
    held.release();
    await gateway.restart();

    const again = await job();
    expect(Number(again.position)).toBeGreaterThanOrEqual(Number(halfway.position));
    const done = await eventually(job, ({ state }) => state === 'completed');
    await stopSending();
    expect(done.changed).toBe(turned.length);
    expect(done.endPosition).toBe(again.endPosition);
    expect(done.changes).toEqual({
      'unrecognized → session.updated': 600,
      'unrecognized → session.started': 100,
      'unrecognized → session.stopped': 100,
    });
    // Each once, and what came since the end was fixed not at all: today's catalogue named it.
    expect(done.examined).toBe(await countUpTo(done.endPosition));
  });

  it('are what they would have been, in feed and history', async () => {
    const feed = await readFeed(gateway, 'normalized');
    expect(feed.slice(0, EVENTS)).toEqual(before);
    const updated = await history('type=session.updated');
    expect(updated.filter(({ attributes }) => !arrived.includes(attributes.id))).toHaveLength(600);
    const [one] = turned;
    const subject = String(one?.attributes['subject']);
    expect(await history(`subject=${subject}`)).toContainEqual(one);
    expect(await history(`sessionId=${subject.slice('session/'.length)}`)).toContainEqual(one);
    expect(await history('type=unrecognized')).toEqual([]);
  });

  it('keep id, position, bytes and how they came', async () => {
    expect(await bytes()).toEqual(bytesBefore);
    const { rows } = await gateway.db.database.pool.query(
      'select distinct catalogue_version as version from event',
    );
    expect(rows).toEqual([{ version: CATALOGUE_VERSION }]);
  });

  it('do not come again to a consumer, which goes on where it stood', async () => {
    const rest: ServedEvent[] = [];
    for (let after = cursor, more = true; more;) {
      const page = await getText(gateway, `/v1/feed?limit=1000&after=${after}`, gateway.adminKey);
      rest.push(...eventsOf(page));
      ({ next: after, more } = JSON.parse(page) as { next: string; more: boolean });
    }
    expect(rest.slice(0, (EVENTS * 3) / 4)).toEqual(before.slice(EVENTS / 4));
    const since = rest.slice((EVENTS * 3) / 4).map(({ attributes }) => attributes.id);
    // What was on its way when the gateway was killed may be stored without an answer.
    expect(since).toEqual(expect.arrayContaining(arrived));
    expect(since.length).toBeLessThanOrEqual(arrived.length + 1);
  });

  it('are known when they are sent again, and leave nothing to do', async () => {
    const answers = await sendWebhooks(
      gateway,
      Array.from({ length: 100 }, (_, n) => notificationBody(n, NOW)),
    );
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['duplicate']));
    const run = await chargelog();
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^completed: \d+ events looked at, 0 changed\.\n$/);
  });
});

async function countUpTo(position: string): Promise<number> {
  const { rows } = await gateway.db.database.pool.query<{ n: number }>(
    'select count(*)::int as n from event where seq <= $1',
    [position],
  );
  return rows[0]?.n ?? -1;
}

/** Whether the work waits for a row that somebody holds. */
async function isWaiting(): Promise<boolean> {
  const { rows } = await gateway.db.database.pool.query<{ waiting: boolean }>(
    `select exists (select from pg_stat_activity
                     where datname = current_database() and wait_event_type = 'Lock' and query like '%update event e%') as waiting`,
  );
  return rows[0]?.waiting ?? false;
}
