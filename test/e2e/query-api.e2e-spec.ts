import { createHash } from 'node:crypto';
import { Agent, get, request } from 'node:http';
import {
  createTestDatabase,
  eventually,
  GatewayProcess,
  WEBHOOK_SECRET,
  WEBHOOK_YAML,
  type FeedEvent,
  type FeedPage,
  type TestDatabase,
} from '@chargelog/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const EVENTS = 230;
const START = Date.UTC(2026, 2, 14, 9);

interface Page {
  readonly data: readonly FeedEvent[];
  readonly next: string | null;
  readonly occurredBefore: string;
}
interface Problem {
  readonly code: string;
}

let testDatabase: TestDatabase;
let gateway: GatewayProcess;
/** In order of occurrence. */
const ids: string[] = [];

/** Three kinds in turn, a second apart; many share a charge point. */
function body(n: number): string {
  const at = new Date(START + n * 1_000).toISOString();
  const kinds = [
    { notification: 'BootNotification', chargePointId: 100 + (n % 4), timestamp: at },
    {
      notification: 'chargePoint.changed',
      chargePointId: 100 + (n % 4),
      action: 'updated',
      lastUpdatedAt: at,
    },
    { notification: 'TariffChangedNotification', tariff: { id: n }, action: 'updated', lastUpdatedAt: at },
  ];
  return JSON.stringify({ ...kinds[n % 3], n });
}

const send = async (text: string) => (await gateway.postWebhook('ampeco', WEBHOOK_SECRET, text)).body;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  gateway = await GatewayProcess.start({ database: testDatabase.connection, yaml: WEBHOOK_YAML });
  const answers = await Promise.all(Array.from({ length: EVENTS }, (_, n) => send(body(n))));
  for (const answer of answers) {
    if (answer.outcome !== 'stored' || answer.eventId === undefined) throw new Error(JSON.stringify(answer));
    ids.push(answer.eventId);
  }
});
afterAll(async () => {
  await gateway.close();
  await testDatabase.drop();
});

const page = async (search: string): Promise<Page> => {
  const { status, body: answer } = await gateway.api<Page>(`/v1/events?${search}`);
  if (status !== 200) throw new Error(`${search} answered ${status}: ${JSON.stringify(answer)}`);
  return answer;
};

async function walk(search: string): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (let after = ''; ;) {
    const { data, next } = await page(search + after);
    events.push(...data);
    if (next === null) return events;
    after = `&after=${next}`;
  }
}

const refusal = async (path: string): Promise<[number, string]> => {
  const { status, body: answer } = await gateway.api<Problem>(path);
  return [status, answer.code];
};

describe('history', () => {
  it.each([1, 7, 46, 100, 230, 1_000])(
    'pages both ways without loss or repeat, %i at a time',
    async (limit) => {
      if (limit > 1) {
        expect((await walk(`order=asc&limit=${limit}`)).map(({ id }) => id)).toEqual(ids);
      }
      const newest = await walk(`limit=${limit}&occurredAfter=2026-03-14T09:03:00Z`);
      expect(newest.map(({ id }) => id)).toEqual(ids.slice(180).toReversed());
    },
  );

  it('keeps its place while events are added on either side', async () => {
    const first = await page('order=asc&limit=100&type=chargePoint.booted&chargePointId=100');
    const expected = ids.filter((_, n) => n % 12 === 0);
    expect(first.data.map(({ id }) => id)).toEqual(expected);
    const half = await page('order=asc&limit=10&type=chargePoint.booted&chargePointId=100');
    for (const at of ['2020-01-01T00:00:00Z', '2026-03-14T08:59:59Z']) {
      await send(JSON.stringify({ notification: 'BootNotification', chargePointId: 100, timestamp: at }));
    }
    const rest = await page(
      `order=asc&limit=10&type=chargePoint.booted&chargePointId=100&after=${half.next}`,
    );
    expect([...half.data, ...rest.data].map(({ id }) => id)).toEqual(expected);
  });

  it.each([
    ['type=tariff.updated', (n: number) => n % 3 === 2],
    ['type=tariff.*&type=chargePoint.booted', (n: number) => n % 3 !== 1],
    ['type=chargePoint.*&chargePointId=101', (n: number) => n % 3 !== 2 && n % 4 === 1],
    ['chargePointId=102', (n: number) => n % 3 !== 2 && n % 4 === 2],
    ['subject=chargePoint/102', (n: number) => n % 3 !== 2 && n % 4 === 2],
    ['subject=tariff/77', (n: number) => n === 77],
    ['subject=tariff/78', () => false],
    ['chargePointId=100&subject=chargePoint/101', () => false],
    ['evseId=102', () => false],
    ['subject=chargePoint/99999999999999999999', () => false],
    ['subject=nothing/1', () => false],
    ['type=user.*', () => false],
    ['occurredBefore=2026-03-14T09:00:20Z', (n: number) => n < 20],
    [
      'occurredAfter=2026-03-14T10:00:20%2B01:00&occurredBefore=2026-03-14T09:00:21Z',
      (n: number) => n === 20,
    ],
    ['occurredAfter=2026-03-14T09:00:20Z&occurredBefore=2026-03-14T09:00:20Z', () => false],
    ['type=tariff.*&deprecated=exclude', (n: number) => n % 3 === 2],
  ])('narrows by %s', async (search, matches) => {
    const span = search.includes('occurredAfter') ? '' : '&occurredAfter=2026-03-14T09:00:00Z';
    const events = await walk(`${search}${span}&order=asc&limit=1000`);
    expect(events.map(({ id }) => id)).toEqual(ids.filter((_, n) => matches(n)));
  });

  it('says where it ends when no end was asked for', async () => {
    const ahead = Date.parse((await page('limit=1')).occurredBefore) - Date.now();
    expect(ahead).toBeGreaterThan(86_000_000);
    expect(ahead).toBeLessThanOrEqual(86_400_000);
  });

  it('serves one event by its id, in any case', async () => {
    const id = ids[5] ?? '';
    const { status, headers, body: event } = await gateway.api<FeedEvent>(`/v1/events/${id.toUpperCase()}`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect([event.id, event.subject]).toEqual([id, 'tariff/5']);
  });
});

describe('a request that means nothing', () => {
  const unknownId = '01a20bcf-a366-812e-9b07-000000000000';
  it.each([
    ['/v1/events?nope=1', 400, 'unknown-parameter'],
    ['/v1/events?__proto__=1', 400, 'unknown-parameter'],
    ['/v1/events?prototype=1', 400, 'unknown-parameter'],
    ['/v1/feed?hasOwnProperty=1', 400, 'unknown-parameter'],
    ['/v1/feed?order=asc', 400, 'unknown-parameter'],
    ['/v1/quarantine?constructor=1', 400, 'unknown-parameter'],
    ['/v1/events?limit=1e2', 400, 'invalid-parameter'],
    ['/v1/events?limit=01', 400, 'invalid-parameter'],
    ['/v1/events?limit=', 400, 'invalid-parameter'],
    ['/v1/events?limit=1&limit=2', 400, 'invalid-parameter'],
    ['/v1/feed?wait=NaN', 400, 'invalid-parameter'],
    ['/v1/feed?wait=61', 400, 'invalid-parameter'],
    ['/v1/events?subject=tariff/%00', 400, 'invalid-parameter'],
    ['/v1/events?subject=tariff/', 400, 'invalid-parameter'],
    ['/v1/events?chargePointId=9223372036854775808', 400, 'invalid-parameter'],
    ['/v1/events?type=session', 400, 'invalid-parameter'],
    [`/v1/events?${'type=tariff.updated&'.repeat(51)}`, 400, 'invalid-parameter'],
    ['/v1/quarantine?reason=%00', 400, 'invalid-parameter'],
    ['/v1/quarantine?source=%00', 400, 'invalid-parameter'],
    ['/v1/events/nope', 400, 'invalid-parameter'],
    ['/v1/events/%00/raw', 400, 'invalid-parameter'],
    ['/v1/events/nope/deliveries', 400, 'invalid-parameter'],
    [`/v1/events/${unknownId}`, 404, 'not-found'],
    [`/v1/events/${unknownId}/raw`, 404, 'not-found'],
    [`/v1/events/${unknownId}/deliveries`, 404, 'not-found'],
    [`/v1/quarantine/${unknownId}`, 404, 'not-found'],
    ['/v1/quarantine/%00', 404, 'not-found'],
    ['/v1/nothing', 404, 'not-found'],
  ])('%s is answered with %i %s', async (path, status, code) => {
    expect(await refusal(path)).toEqual([status, code]);
  });
});

describe('a cursor', () => {
  it('is refused when it is damaged, and never read as the beginning', async () => {
    const { next } = await page('limit=5');
    const feedNext = (await gateway.api<FeedPage>('/v1/feed?limit=5')).body.next;
    for (const bad of ['', 'end', 'x', next?.slice(1), `${next}A`, `${next}=`, next?.replace(/.$/, '!')]) {
      expect([bad, ...(await refusal(`/v1/events?limit=5&after=${bad}`))]).toEqual([
        bad,
        400,
        'invalid-cursor',
      ]);
    }
    for (const bad of ['', 'begin', '0', feedNext.slice(0, -1), `${feedNext}A`]) {
      expect([bad, ...(await refusal(`/v1/feed?after=${bad}`))]).toEqual([bad, 400, 'invalid-cursor']);
    }
    expect(await refusal(`/v1/feed?after=${next}`)).toEqual([400, 'invalid-cursor']);
    expect(await refusal(`/v1/events?after=${feedNext}`)).toEqual([400, 'invalid-cursor']);
    expect(await refusal(`/v1/quarantine?after=${feedNext}`)).toEqual([400, 'invalid-cursor']);
  });

  it('of history continues only the list it came from', async () => {
    const { next } = await page('limit=5&type=tariff.updated');
    for (const other of ['limit=5', 'type=tariff.*&chargePointId=1', 'type=tariff.updated&order=asc']) {
      expect(await refusal(`/v1/events?${other}&after=${next}`)).toEqual([400, 'cursor-filter-mismatch']);
    }
    expect((await page(`limit=7&type=tariff.updated&after=${next}`)).data).toHaveLength(7);
  });

  it('made before the log was restored is a conflict', async () => {
    const { next } = await page('limit=5');
    const bytes = Buffer.from((next ?? '').slice(2), 'base64url').subarray(0, 41);
    bytes.writeUInt8(bytes.readUInt8(3) ^ 1, 3);
    const checksum = createHash('sha256').update(bytes).digest().subarray(0, 4);
    const other = `1.${Buffer.concat([bytes, checksum]).toString('base64url')}`;
    expect(await refusal(`/v1/events?limit=5&after=${other}`)).toEqual([409, 'epoch-changed']);
  });
});

describe('access', () => {
  const id = '01a20bcf-a366-812e-9b07-000000000000';
  const closed = [
    'GET /v1/events',
    `GET /v1/events/${id}`,
    `GET /v1/events/${id}/raw`,
    `GET /v1/events/${id}/deliveries`,
    'GET /v1/events?nope=1',
    'GET /v1/feed',
    'GET /v1/feed?after=end&wait=60',
    'GET /v1/quarantine',
    `GET /v1/quarantine/${id}`,
    'GET /v1/replays',
    'POST /v1/replays',
    `DELETE /v1/replays/${id}`,
  ];

  it.each(closed)('%s needs a key, and the right one', async (call) => {
    const [method = '', path = ''] = call.split(' ');
    for (const headers of [{}, { authorization: 'Bearer clk_wrong' }, { authorization: gateway.adminKey }]) {
      const answer = await fetch(gateway.baseUrl + path, {
        method,
        headers: headers as Record<string, string>,
      });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="chargelog"',
      ]);
      expect(await answer.json()).toMatchObject({ code: 'unauthenticated' });
    }
  });

  it('an unknown route needs none, and tells nothing', async () => {
    const answer = await fetch(`${gateway.baseUrl}/v1/secret-path?x=hunter2`);
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect(text).not.toMatch(/secret-path|hunter2|Cannot GET|node_modules/);
  });

  it('health is open', async () => {
    const live = await fetch(`${gateway.baseUrl}/health/live`);
    const ready = await fetch(`${gateway.baseUrl}/health/ready`);
    expect([live.status, ready.status]).toEqual([200, 200]);
    expect(await ready.json()).toEqual({ status: 'ready', database: { ok: true }, kafka: [] });
  });
});

describe('the feed', () => {
  const feed = async (search: string) => (await gateway.api<FeedPage>(`/v1/feed?${search}`)).body;
  const end = async () => (await feed('after=end')).next;

  it('gives every event once, in order of position, whatever the page', async () => {
    const whole = await gateway.wholeFeed();
    const positions = whole.map(({ position }) => BigInt(position));
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(whole.map((event) => event.id)).toEqual(expect.arrayContaining(ids));
    const paged: string[] = [];
    for (let after = ''; ;) {
      const slice = await feed(`limit=17${after}`);
      paged.push(...slice.data.map((event) => event.id));
      if (!slice.more) break;
      after = `&after=${slice.next}`;
    }
    expect(paged).toEqual(whole.map((event) => event.id));
  });

  it('goes on with another filter from the same place', async () => {
    const slice = await feed('limit=50&type=tariff.updated');
    const rest = await feed(`limit=1000&type=tariff.*&after=${slice.next}`);
    expect(slice.data.length + rest.data.length).toBe(Math.floor(EVENTS / 3));
  });

  it('answers a waiting reader as soon as there is an event, long before the wait is over', async () => {
    const startedAt = performance.now();
    const waiting = feed(`after=${await end()}&wait=60&type=session.*`);
    await send(JSON.stringify({ notification: 'not.awaited', at: startedAt }));
    const { eventId } = await send(
      JSON.stringify({ notification: 'SessionUpdateNotification', session: { id: 7, at: startedAt } }),
    );
    expect((await waiting).data.map((event) => event.id)).toEqual([eventId]);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it('answers with its cursor when the wait is over', async () => {
    const after = await end();
    const slice = await feed(`after=${after}&wait=0.2`);
    expect([slice.data, slice.more]).toEqual([[], false]);
    const { eventId } = await send(JSON.stringify({ notification: 'after.wait', at: Date.now() }));
    expect((await feed(`after=${slice.next}`)).data.map((event) => event.id)).toEqual([eventId]);
  });

  it('leaves no waiter behind for a client that has gone', async () => {
    const polls = async (): Promise<number> => {
      const { rows } = await testDatabase.database.pool.query<{ n: string }>(
        'select sum(xact_commit)::text n from pg_stat_database where datname = current_database()',
      );
      return Number(rows[0]?.n);
    };
    const after = await end();
    const clients = Array.from({ length: 20 }, () =>
      request(`${gateway.baseUrl}/v1/feed?after=${after}&wait=60`, {
        agent: false,
        headers: { authorization: `Bearer ${gateway.adminKey}` },
      }).on('error', () => undefined),
    );
    for (const client of clients) client.end();
    // While anybody waits, the horizon is asked for about fifty times a second; afterwards nothing is asked at all.
    const before = await polls();
    await eventually(polls, (now) => now > before + 20);
    for (const client of clients) client.destroy();
    let last = await polls();
    await eventually(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        const now = await polls();
        const grown = now - last;
        last = now;
        return grown;
      },
      (grown) => grown < 15,
    );
  });

  it('may be read for ever on one connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; n < 30; n++) {
      await new Promise<void>((resolve, reject) => {
        get(
          `${gateway.baseUrl}/v1/feed?limit=1`,
          { agent, headers: { authorization: `Bearer ${gateway.adminKey}` } },
          (response) => response.resume().on('end', resolve),
        ).on('error', reject);
      });
    }
    agent.destroy();
    expect(gateway.output).not.toContain('MaxListenersExceededWarning');
  });
});

describe('a database that is away', () => {
  it('is named by readiness, and is a reason to come back for a reader', async () => {
    const away = await createTestDatabase();
    const other = await GatewayProcess.start({ database: away.connection, yaml: WEBHOOK_YAML });
    await away.drop();
    const ready = await eventually(
      () => other.api<{ status: string; database: unknown }>('/health/ready'),
      ({ status }) => status === 503,
    );
    expect(ready.body).toMatchObject({ status: 'not ready', database: { ok: false } });
    expect(await other.api('/v1/events')).toMatchObject({ status: 503, body: { code: 'store-away' } });
    expect((await fetch(`${other.baseUrl}/health/live`)).status).toBe(200);
    await other.kill();
    await other.close();
  });
});

describe('an instance with one role', () => {
  const start = (roles: string) =>
    GatewayProcess.start({
      database: testDatabase.connection,
      yaml: WEBHOOK_YAML,
      env: { CHARGELOG_ROLES: roles },
    });

  it('of webhook takes deliveries and serves no events', async () => {
    const door = await start('webhook');
    try {
      for (const path of ['/', '/v1/events', '/v1/feed', '/v1/quarantine', '/v1/replays']) {
        expect([path, (await door.api(path)).status]).toEqual([path, 404]);
      }
      const text = JSON.stringify({ notification: 'by.the.door', at: Date.now() });
      expect((await door.postWebhook('ampeco', WEBHOOK_SECRET, text)).status).toBe(202);
      expect((await fetch(`${door.baseUrl}/health/ready`)).status).toBe(200);
    } finally {
      await door.close();
    }
  });

  it('of api serves events and takes no deliveries; it answers who waits when it stops', async () => {
    const reader = await start('api');
    try {
      expect((await reader.postWebhook('ampeco', WEBHOOK_SECRET, '{}')).status).toBe(404);
      const { body: last } = await reader.api<FeedPage>('/v1/feed?after=end');
      const waiting = reader.api<FeedPage>(`/v1/feed?after=${last.next}&wait=60`);
      const seen = await eventually(
        async () => {
          const { rows } = await testDatabase.database.pool.query<{ n: number }>(
            `select count(*)::int n from pg_stat_activity where datname = current_database() and query ilike '%horizon%' and pid <> pg_backend_pid()`,
          );
          return rows[0]?.n ?? 0;
        },
        (n) => n > 0,
      );
      expect(seen).toBeGreaterThan(0);
      const startedAt = performance.now();
      const stopped = reader.stop();
      expect((await waiting).body).toMatchObject({ data: [], next: last.next });
      expect(await stopped).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(12_000);
    } finally {
      await reader.close();
    }
  });
});
