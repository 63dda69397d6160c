import { eventually } from '@test/eventually.js';
import { GatewayProcess, type FeedPage } from '@test/gateway-process.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { createTestDatabase } from '@test/test-database.js';
import { WEBHOOK_SECRET, WEBHOOK_YAML } from '@test/webhook-yaml.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let gateway: GatewayWithDatabase;

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start();
});
afterAll(() => gateway?.close());

const refusal = async (path: string): Promise<[number, string]> => {
  const { status, body } = await gateway.api<{ readonly code: string }>(path);
  return [status, body.code];
};

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
    ['/v1/events?chargePointId=%00', 400, 'invalid-parameter'],
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
      database: gateway.db.connection,
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
          const { rows } = await gateway.db.database.pool.query<{ n: number }>(
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
