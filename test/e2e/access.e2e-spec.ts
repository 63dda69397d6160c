import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { OpenApiDocument } from '@chargelog/query-api';
import {
  createTestDatabase,
  eventually,
  GatewayProcess,
  type FeedEvent,
  type FeedPage,
  type TestDatabase,
} from '@chargelog/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsOf, target, type DescribedCall } from '../tools/openapi/call.js';
import { rawRequest } from '../tools/raw-request.js';

const ACME_SECRET = 'the-token-of-acme-0001';
const BETA_SECRET = 'the-token-of-beta-0001';
const OLD_SECRET = 'a-token-that-is-taken-out-0001';
const LATE = 'a-token-that-is-added-at-the-end';
const EVENTS_EACH = 12;
const SCOPES = [
  'events:read',
  'events:read-sensitive',
  'consumers',
  'replays',
  'quarantine',
  'admin',
  'metrics',
] as const;
type Scope = (typeof SCOPES)[number];

const yaml = (more = ''): string => `
sources:
  - { name: acme, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${ACME_SECRET} }${more}] }
  - { name: beta, kind: webhook, tenant: beta, secrets: [{ name: a, value: ${BETA_SECRET} }] }
targets: { allow: [127.0.0.1] }
`;

interface Key {
  readonly keyId: string;
  readonly name: string;
  readonly key: string;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}
interface Page {
  readonly data: readonly (FeedEvent & { readonly tenant: string })[];
  readonly next: string | null;
}
interface Secret {
  readonly name: string;
  readonly origin: string;
  readonly fingerprint: string;
  readonly readable: boolean;
  readonly lastSignedAt: string | null;
}
interface Act {
  readonly id: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
}

let db: TestDatabase;
/** Two instances on one database, and one that has nothing but the public door. */
let first: GatewayProcess;
let second: GatewayProcess;
let doorOnly: GatewayProcess;
let document: OpenApiDocument;
let calls: readonly DescribedCall[];

const body = (n: number, parts: object = {}): string =>
  JSON.stringify({
    notification: 'NetworkStatusNotification',
    chargePointId: 1_000 + (n % 3),
    timestamp: new Date(Date.UTC(2026, 2, 14, 9) + n * 1_000).toISOString(),
    networkStatus: 'available',
    ...parts,
  });

const as = <T>(
  gateway: GatewayProcess,
  key: string,
  path: string,
  init: { method?: string; body?: unknown } = {},
) => gateway.api<T>(path, { ...init, key });
/** With the admin key, which both instances share. */
const admin = <T>(gateway: GatewayProcess, path: string, init: { method?: string; body?: unknown } = {}) =>
  as<T>(gateway, first.adminKey, path, init);

async function makeKey(name: string, scopes: readonly Scope[], parts: object = {}): Promise<Key> {
  const answer = await admin<Key>(first, '/v1/keys', { method: 'POST', body: { name, scopes, ...parts } });
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const statusAs = async (gateway: GatewayProcess, key: string, path = '/v1/events'): Promise<number> =>
  (await as(gateway, key, path)).status;
const secretsOf = async (gateway: GatewayProcess, source: string): Promise<readonly Secret[]> =>
  (
    await admin<{ data: readonly { name: string; secrets: readonly Secret[] }[] }>(gateway, '/v1/sources')
  ).body.data.find(({ name }) => name === source)?.secrets ?? [];
const statusOfDelivery = async (gateway: GatewayProcess, secret: string, n: number): Promise<number> =>
  (await gateway.postWebhook('acme', secret, body(n))).status;

beforeAll(async () => {
  db = await createTestDatabase();
  first = await GatewayProcess.start({
    database: db.connection,
    yaml: yaml(`, { name: old, value: ${OLD_SECRET} }`),
    env: { INTAKE_PORT: '0' },
  });
  const shared = {
    CHARGELOG_ADMIN_KEY_FILE: join(first.folder, 'admin.key'),
    CHARGELOG_SECRETS_KEY_FILE: join(first.folder, 'secrets.key'),
  };
  const others = { database: db.connection, yaml: yaml(`, { name: old, value: ${OLD_SECRET} }`) };
  [second, doorOnly] = await Promise.all([
    GatewayProcess.start({ ...others, env: shared }),
    GatewayProcess.start({ ...others, env: { ...shared, CHARGELOG_ROLES: 'webhook' } }),
  ]);
  document = (await (await fetch(`${first.baseUrl}/openapi.json`)).json()) as OpenApiDocument;
  calls = callsOf(document);
  for (let n = 0; n < EVENTS_EACH; n += 1) {
    await first.postWebhook('acme', ACME_SECRET, body(n));
    await second.postWebhook('beta', BETA_SECRET, body(n));
  }
});
afterAll(async () => {
  await Promise.all([first, second, doorOnly].map((gateway) => gateway?.close()));
  await db?.drop();
});

describe('an API key', () => {
  it('opens what its scopes name, on every instance, and nothing else', async () => {
    const { key } = await makeKey('reader', ['events:read']);
    expect(key).toMatch(/^clk_[\w-]{43}$/);
    for (const gateway of [first, second]) {
      expect(await statusAs(gateway, key)).toBe(200);
      for (const path of ['/v1/keys', '/v1/audit', '/v1/quarantine', '/v1/replays', '/metrics'])
        expect(await statusAs(gateway, key, path), path).toBe(403);
    }
  });

  it('is told once, and never again', async () => {
    const { key, keyId } = await makeKey('told once', ['events:read']);
    const { body: list } = await admin<{ data: readonly Key[] }>(second, '/v1/keys');
    expect(list.data.map((one) => one.keyId)).toContain(keyId);
    expect(JSON.stringify(list)).not.toContain(key.slice(11));
    const { rows } = await db.database.pool.query<{ row: string }>('select k::text as row from api_key k');
    expect(rows.map(({ row }) => row).join()).not.toContain(key.slice(11));
  });

  it('shows when it was used last', async () => {
    const { key, keyId } = await makeKey('used', ['events:read']);
    const lastUsed = async (): Promise<string | null | undefined> =>
      (await admin<{ data: readonly Key[] }>(first, '/v1/keys')).body.data.find((one) => one.keyId === keyId)
        ?.lastUsedAt;
    expect(await lastUsed()).toBeNull();
    await statusAs(second, key);
    const at = await eventually(lastUsed, (seen) => typeof seen === 'string');
    expect(Math.abs(new Date(at ?? 0).getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('ends when it expires', async () => {
    const expiresAt = new Date(Date.now() + 4_000).toISOString();
    const { key } = await makeKey('short', ['events:read'], { expiresAt });
    expect(await statusAs(second, key)).toBe(200);
    await eventually(
      () => statusAs(second, key),
      (status) => status === 401,
    );
    expect(Date.now()).toBeGreaterThanOrEqual(new Date(expiresAt).getTime());
  });

  it('ends at once where it is revoked, and within 5 s on another instance that uses it all the time', async () => {
    const { key, keyId } = await makeKey('to be revoked', ['events:read']);
    expect(await statusAs(second, key)).toBe(200);
    const revoked = await admin<Key>(first, `/v1/keys/${keyId}`, { method: 'DELETE' });
    const revokedAt = performance.now();
    expect(revoked.body.revokedAt).not.toBeNull();
    expect(await statusAs(first, key)).toBe(401);
    await eventually(
      () => statusAs(second, key),
      (status) => status === 401,
    );
    expect(performance.now() - revokedAt).toBeLessThan(5_000);
    expect((await admin<Key>(first, `/v1/keys/${keyId}`, { method: 'DELETE' })).body).toEqual(revoked.body);
  });

  it.each([
    ['a name in use', { name: 'reader', scopes: ['events:read'] }, 409],
    ['no scope', { name: 'x', scopes: [] }, 400],
    ['an unknown scope', { name: 'x', scopes: ['root'] }, 400],
    ['an unknown tenant', { name: 'x', scopes: ['events:read'], tenants: ['gamma'] }, 400],
    ['tenants and admin', { name: 'x', scopes: ['admin'], tenants: ['acme'] }, 400],
    ['an end in the past', { name: 'x', scopes: ['events:read'], expiresAt: '2020-01-01' }, 400],
    ['a control character in its name', { name: 'a\nb', scopes: ['events:read'] }, 400],
    ['a member nobody knows', { name: 'x', scopes: ['events:read'], tenant: 'acme' }, 400],
  ])('is not made with %s', async (_, wanted, status) => {
    expect((await admin(first, '/v1/keys', { method: 'POST', body: wanted })).status).toBe(status);
  });

  it('that does not exist is answered later and later, while valid ones go on', async () => {
    const { key } = await makeKey('not slowed', ['events:read']);
    const wrong = (): Promise<number> => statusAs(second, `clk_${randomBytes(32).toString('base64url')}`);
    expect(await Promise.all(Array.from({ length: 10 }, wrong))).toEqual(Array(10).fill(401));
    let held = 0;
    const slowed = Array.from({ length: 10 }, async () => {
      held += 1;
      const status = await wrong();
      held -= 1;
      return status;
    });
    for (let n = 0; n < 3; n += 1) expect(await statusAs(second, key)).toBe(200);
    expect(held).toBeGreaterThan(0);
    expect(await Promise.all(slowed)).toEqual(Array(10).fill(401));
  });
});

describe('a key of one tenant', () => {
  let key: string;
  let beta: Page['data'];
  beforeAll(async () => {
    const scopes: Scope[] = ['events:read', 'events:read-sensitive', 'consumers', 'replays'];
    ({ key } = await makeKey('acme only', scopes, { tenants: ['acme'] }));
    const all = await admin<Page>(first, '/v1/events?limit=1000');
    beta = all.body.data.filter(({ tenant }) => tenant === 'beta');
    expect(beta).toHaveLength(EVENTS_EACH);
  });
  const see = <T>(path: string, init?: { method?: string; body?: unknown }) => as<T>(first, key, path, init);

  it.each(['', '&order=asc', '&type=chargePoint.*', '&chargePointId=1001', '&subject=chargePoint/1001'])(
    'sees its own events in history, page by page (limit=2%s)',
    async (search) => {
      const seen: Page['data'][number][] = [];
      for (let after = ''; ;) {
        const page = await see<Page>(`/v1/events?limit=2${search}${after}`);
        seen.push(...page.body.data);
        if (page.body.next === null) break;
        after = `&after=${page.body.next}`;
      }
      const all = (await admin<Page>(first, `/v1/events?limit=1000${search}`)).body.data;
      expect(seen.map(({ id }) => id)).toEqual(
        all.filter(({ tenant }) => tenant === 'acme').map(({ id }) => id),
      );
      expect(seen.length).toBeGreaterThan(2);
    },
  );

  it('finds nothing of another tenant by id, in the same words as what does not exist', async () => {
    const nowhere = beta[0]?.id.replace(/.{12}$/, '000000000000') ?? '';
    for (const rest of ['', '/deliveries', '/raw']) {
      const theirs = await see(`/v1/events/${beta[0]?.id}${rest}`);
      expect(theirs.status).toBe(404);
      expect(theirs.body).toEqual((await see(`/v1/events/${nowhere}${rest}`)).body);
      const own = (await see<Page>('/v1/events?limit=1')).body.data[0]?.id;
      expect((await fetch(`${first.baseUrl}/v1/events/${own}${rest}`, bearer(key))).status).toBe(200);
    }
  });

  it('cannot go on where a key of all tenants stopped', async () => {
    const { body: page } = await admin<Page>(first, '/v1/events?limit=5');
    const { status, body: problem } = await see<{ code: string }>(`/v1/events?limit=5&after=${page.next}`);
    expect([status, problem.code]).toEqual([400, 'cursor-filter-mismatch']);
  });

  it('follows its own events in the feed, from wherever, and waits past those of others', async () => {
    const tenants: string[] = [];
    let next = '';
    for (let more = true; more;) {
      const { body: page } = await see<FeedPage>(`/v1/feed?limit=3${next}`);
      tenants.push(...(page.data as Page['data']).map(({ tenant }) => tenant));
      next = `&after=${page.next}`;
      ({ more } = page);
    }
    expect(tenants).toEqual(Array(EVENTS_EACH).fill('acme'));
    const start = (await admin<FeedPage>(first, '/v1/feed?limit=1')).body.next; // a cursor of all tenants
    const rest = await see<FeedPage>(`/v1/feed?limit=1000&after=${start}`);
    expect(new Set((rest.body.data as Page['data']).map(({ tenant }) => tenant))).toEqual(new Set(['acme']));

    const waiting = see<FeedPage>(`/v1/feed?wait=20${next}`);
    await first.postWebhook('beta', BETA_SECRET, body(500));
    await first.postWebhook('acme', ACME_SECRET, body(501));
    const { body: woken } = await waiting;
    expect(woken.data).toHaveLength(1);
    expect((woken.data as Page['data'])[0]).toMatchObject({
      tenant: 'acme',
      time: expect.any(String) as string,
    });
  });

  it('replays its own events only, and sees no replay of more', async () => {
    const received: string[] = [];
    const sink = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      request.on('end', () => {
        received.push((JSON.parse(text) as { tenant: string }).tenant);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`;
    interface Replay {
      readonly replayId: string;
      readonly state: string;
    }
    try {
      const everybodys = await admin<Replay>(first, '/v1/replays', {
        method: 'POST',
        body: { target: { url } },
      });
      const finished = (id: string, who: string) =>
        eventually(
          async () => (await as<Replay>(first, who, `/v1/replays/${id}`)).body.state,
          (state) => state === 'completed',
        );
      await finished(everybodys.body.replayId, first.adminKey);
      expect(new Set(received.splice(0))).toEqual(new Set(['acme', 'beta']));

      const own = await see<Replay>('/v1/replays', { method: 'POST', body: { target: { url } } });
      expect(own.status).toBe(202);
      await finished(own.body.replayId, key);
      expect(new Set(received)).toEqual(new Set(['acme']));
      const list = await see<{ data: readonly Replay[] }>('/v1/replays');
      expect(list.body.data.map(({ replayId }) => replayId)).toEqual([own.body.replayId]);
      for (const method of ['GET', 'DELETE'])
        expect((await see(`/v1/replays/${everybodys.body.replayId}`, { method })).status).toBe(404);
    } finally {
      sink.closeAllConnections();
      sink.close();
    }
  });

  it('may name another tenant nowhere', async () => {
    expect((await see('/v1/events?tenant=beta')).status).toBe(400);
    expect((await see('/v1/feed?tenants=beta')).status).toBe(400);
    const filter = { tenants: ['beta'] };
    const replay = { filter, target: { url: 'http://127.0.0.1:9/' } };
    expect((await see('/v1/replays', { method: 'POST', body: replay })).status).toBe(400);
  });
});

describe('every call of the description', () => {
  const isOpen = ({ operation }: DescribedCall): boolean => !operation.security.some((one) => 'key' in one);
  const scopeOf = ({ operation }: DescribedCall): string =>
    operation.security.flatMap((one) => one['key'] ?? [])[0] ?? '';
  const init = ({ method, operation }: DescribedCall, key?: string): RequestInit => {
    const example = Object.values(operation.requestBody?.content ?? {})[0]?.example;
    return {
      method,
      ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
      ...(example !== undefined && { body: JSON.stringify(example) }),
    };
  };
  const pathOf = (call: DescribedCall): string => target(call, ({ example }) => example);

  it('is refused without a key, unless it is marked open', async () => {
    const closed = calls.filter((call) => !isOpen(call));
    expect(closed.length).toBeGreaterThan(20);
    for (const call of closed) {
      for (const gateway of [first, second]) {
        const response = await fetch(gateway.baseUrl + pathOf(call), init(call));
        expect([call.path, response.status]).toEqual([call.path, 401]);
        expect(response.headers.get('www-authenticate')).toContain('Bearer');
      }
    }
    // What is open is few, and written down here: another one has to be thought about.
    expect(
      calls
        .filter(isOpen)
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual([
      'GET /',
      'GET /docs',
      'GET /health/live',
      'GET /health/ready',
      'GET /openapi.json',
      'GET /problems/{code}',
      'GET /v1/catalogue',
      'POST /webhooks/{source}',
    ]);
  });

  it('is refused to a key that has every scope but the one it needs', async () => {
    const keys = new Map<string, string>();
    for (const scope of SCOPES)
      keys.set(
        scope,
        (
          await makeKey(
            `all but ${scope}`,
            SCOPES.filter((one) => one !== scope),
          )
        ).key,
      );
    for (const call of calls.filter((one) => !isOpen(one))) {
      const response = await fetch(first.baseUrl + pathOf(call), init(call, keys.get(scopeOf(call)) ?? ''));
      expect([call.path, response.status]).toEqual([call.path, 403]);
      expect(await response.text()).toContain(scopeOf(call));
    }
  });

  it('is refused without a key in whatever way its path is written', async () => {
    const paths = calls.filter((one) => !isOpen(one) && one.method === 'GET').map(pathOf);
    for (const path of paths) {
      const encoded = path.replace('v1', '%761').replace('metrics', '%6detrics');
      for (const [method, written] of [
        ['GET', `${path.replace(/\?.*/, '')}/`],
        ['HEAD', path],
        ['GET', encoded],
        ['GET', `http://elsewhere.example${path}`],
      ] as const) {
        const { status } = await rawRequest(first.baseUrl, method, written);
        expect([method, written, status]).toEqual([method, written, 401]);
      }
      for (const written of [
        `/${path}`,
        `/docs/..${path}`,
        `/docs/%2e%2e${path}`,
        path.toUpperCase(),
        `${path};a`,
      ]) {
        const { status } = await rawRequest(first.baseUrl, 'GET', written);
        expect([400, 401, 404], written).toContain(status);
      }
      for (const method of ['OPTIONS', 'PUT', 'PATCH', 'TRACE', 'PROPFIND'])
        expect((await rawRequest(first.baseUrl, method, path)).status, `${method} ${path}`).toBe(404);
    }
  });

  it('takes a key from nowhere but its header', async () => {
    const key = first.adminKey;
    const basic = Buffer.from(`admin:${key}`).toString('base64');
    for (const [path, headers] of [
      [`/v1/events?key=${key}`, {}],
      [`/v1/events?access_token=${key}`, {}],
      ['/v1/events', { 'x-api-key': key }],
      ['/v1/events', { cookie: `key=${key}` }],
      ['/v1/events', { authorization: `Basic ${basic}` }],
      ['/v1/events', { authorization: key }],
    ] as const)
      expect((await rawRequest(first.baseUrl, 'GET', path, headers)).status).toBe(401);
  });
});

describe('the public door', () => {
  const intakeUrl = (): string => /intake\s+(http:\S+?)\/webhooks/.exec(first.output)?.[1] ?? '';

  it.each([
    ['a port of its own', intakeUrl],
    ['an instance of its own', () => doorOnly.baseUrl],
  ])(
    'on %s takes webhooks, says how it is, and serves nothing else, even with the admin key',
    async (_, url) => {
      const baseUrl = url();
      const headers = { authorization: `Bearer ${first.adminKey}` };
      for (const call of calls) {
        const path = target(call, ({ example }) => example);
        const isServed = path.startsWith('/webhooks/') || path.startsWith('/health/');
        const written = isServed ? [path] : [path, `http://elsewhere.example${path}`, `/webhooks/..${path}`];
        for (const one of written) {
          const { status } = await rawRequest(baseUrl, call.method, one, headers);
          expect([call.method, one, status]).toEqual([
            call.method,
            one,
            isServed ? (call.method === 'POST' ? expect.any(Number) : 200) : 404,
          ]);
        }
      }
      const response = await fetch(`${baseUrl}/webhooks/acme`, { method: 'POST', body: '{}' });
      expect(response.status).toBe(401);
    },
  );

  it('stores what is signed', async () => {
    for (const [n, baseUrl] of [intakeUrl(), doorOnly.baseUrl].entries()) {
      const signed = body(600 + n);
      const signature = createHmac('sha256', ACME_SECRET).update(signed).digest('hex');
      const headers = { 'x-signature': signature };
      const answer = await fetch(`${baseUrl}/webhooks/acme`, { method: 'POST', body: signed, headers });
      expect(answer.status).toBe(202);
    }
  });
});

describe('a secret', () => {
  const ADDED = 'the-token-that-was-added-0001';
  const add = (name: string, value: string) =>
    admin<Secret>(first, '/v1/sources/acme/secrets', { method: 'POST', body: { name, value } });

  /** Id of the key that an instance seals the next rejection with. */
  async function keyThatSeals(gateway: GatewayProcess): Promise<string | undefined> {
    const since = new Date();
    await statusOfDelivery(gateway, 'a-token-nobody-knows', 799);
    const query = 'select key_id from rejection where received_at >= $1 order by id';
    const { rows } = await eventually(
      () => db.database.pool.query<{ key_id: string }>(query, [since]),
      ({ rowCount }) => (rowCount ?? 0) > 0,
    );
    return rows.at(-1)?.key_id;
  }

  it('that is added is in use on other instances within seconds, beside those there are', async () => {
    expect(await statusOfDelivery(second, ADDED, 700)).toBe(401);
    const added = await add('spring', ADDED);
    expect(added.status).toBe(201);
    expect(JSON.stringify(added.body)).not.toContain(ADDED);
    for (const gateway of [second, doorOnly])
      await eventually(
        () => statusOfDelivery(gateway, ADDED, 701),
        (status) => status === 202,
      );
    expect(await statusOfDelivery(second, ACME_SECRET, 702)).toBe(202);
  });

  it('shows on every instance when it signed last', async () => {
    const live = await eventually(
      () => secretsOf(first, 'acme'),
      (secrets) => secrets.filter(({ lastSignedAt }) => lastSignedAt !== null).length === 2,
    );
    expect(live.map(({ name, origin, lastSignedAt }) => [name, origin, lastSignedAt !== null])).toEqual([
      ['a', 'configuration', true],
      ['old', 'configuration', false],
      ['spring', 'api', true],
    ]);
  });

  it('of the configuration is not retired by a call, one nobody knows not at all', async () => {
    const retire = (name: string) => admin(first, `/v1/sources/acme/secrets/${name}`, { method: 'DELETE' });
    expect((await retire('a')).status).toBe(409);
    expect((await retire('nothing')).status).toBe(404);
  });

  it('is sealed under a new key by rotation, kept rejections too, and both open with that key alone', async () => {
    await eventually(
      async () =>
        (await admin<{ data: readonly unknown[] }>(first, '/v1/rejections?source=acme')).body.data.length,
      (kept) => kept > 0,
    );
    const keys = join(first.folder, 'secrets.key');
    const present = randomBytes(32).toString('base64');
    writeFileSync(keys, [present, ...first.secretsKeys].join('\n'));
    interface Rotation {
      readonly keyId: string;
      readonly resealed: number;
      readonly unreadable: number;
    }
    const rotate = () => admin<Rotation>(first, '/v1/secrets/rotate-key', { method: 'POST' });
    expect((await rotate()).body).toMatchObject({ unreadable: 0, formerKeys: 2 });
    // The other instances seal with the former key until they have seen the new one.
    const { keyId } = (await rotate()).body;
    for (const gateway of [second, doorOnly])
      await eventually(
        () => keyThatSeals(gateway),
        (used) => used === keyId,
      );
    await rotate();
    expect((await rotate()).body).toMatchObject({ resealed: 0, unreadable: 0 });
    writeFileSync(keys, present);
    await first.stop();
    await first.restart();
    expect((await secretsOf(first, 'acme')).map(({ readable }) => readable)).toEqual([true, true, true]);
    expect(await statusOfDelivery(first, ADDED, 703)).toBe(202);
    const explained = await admin(first, '/v1/doctor/signature', {
      method: 'POST',
      body: { source: 'acme' },
    });
    expect(explained.status).toBe(200);
  });

  it('that is retired verifies nothing any more, on any instance', async () => {
    const retired = await admin(first, '/v1/sources/acme/secrets/spring', { method: 'DELETE' });
    expect(retired.status).toBe(204);
    for (const gateway of [first, second, doorOnly])
      await eventually(
        () => statusOfDelivery(gateway, ADDED, 704),
        (status) => status === 401,
      );
    expect(await statusOfDelivery(first, ACME_SECRET, 705)).toBe(202);
  });

  it('taken out of the YAML file is retired at the next start', async () => {
    expect(await statusOfDelivery(first, OLD_SECRET, 706)).toBe(202);
    await first.stop();
    writeFileSync(join(first.folder, 'chargelog.yaml'), yaml());
    await first.restart();
    expect(await statusOfDelivery(first, OLD_SECRET, 707)).toBe(401);
    expect((await secretsOf(first, 'acme')).map(({ name }) => name)).toEqual(['a']);
    expect(await statusOfDelivery(second, OLD_SECRET, 708)).toBe(202); // its own file still names it
  });
});

describe('the audit log', () => {
  it('has every administrative act, with who did it, and nothing of other calls', async () => {
    const { keyId, key } = await makeKey('auditor', ['admin', 'quarantine', 'replays']);
    const actor = `key/${keyId}/auditor`;
    const held = await Promise.all(
      [1, 2].map(
        async (n) => (await first.postWebhook('acme', ACME_SECRET, `not JSON ${n}`)).body.quarantineId,
      ),
    );
    await first.postWebhook('acme', LATE, body(800));
    const acts: readonly (readonly [method: string, path: string, body?: unknown])[] = [
      ['POST', '/v1/keys', { name: 'made by auditor', scopes: ['metrics'] }],
      ['POST', '/v1/sources/acme/secrets', { name: 'late', value: LATE }],
      ['POST', '/v1/secrets/rotate-key'],
      ['POST', `/v1/quarantine/${held[0]}/discard`, { reason: 'a test' }],
    ];
    const keys = join(first.folder, 'secrets.key');
    writeFileSync(keys, [randomBytes(32).toString('base64'), readFileSync(keys, 'utf8')].join('\n'));
    for (const [method, path, given] of acts) {
      const answer = await as(first, key, path, { method, ...(given !== undefined && { body: given }) });
      expect(answer.status, path).toBeLessThan(300);
    }
    await eventually(
      async () =>
        (
          await as<{ stored: number }>(first, key, '/v1/rejections/reverify', {
            method: 'POST',
            body: { source: 'acme' },
          })
        ).body.stored,
      (stored) => stored > 0,
    );
    const target = { url: 'http://127.0.0.1:9/a-path-with-a-credential' };
    const replay = await as<{ replayId: string }>(first, key, '/v1/replays', {
      method: 'POST',
      body: { target },
    });
    await as(first, key, `/v1/replays/${replay.body.replayId}`, { method: 'DELETE' });
    await as(first, key, '/v1/sources/acme/secrets/late', { method: 'DELETE' });
    await as(first, key, `/v1/keys/${keyId}`, { method: 'DELETE' });

    const { body: page } = await admin<{ data: readonly Act[] }>(second, '/v1/audit?limit=200');
    const of = (who: string): string[] =>
      page.data
        .filter((act) => act.actor === who)
        .map(({ action }) => action)
        .toReversed();
    expect(of(actor)).toEqual([
      'key.create',
      'secret.add',
      'secrets.rotate-key',
      'quarantine.discard',
      'rejections.reverify',
      'replay.create',
      'replay.cancel',
      'secret.retire',
      'key.revoke',
    ]);
    expect(JSON.stringify(page)).not.toContain('a-path-with-a-credential');
    expect(new Set(of('bootstrap'))).toEqual(
      new Set([
        'key.create',
        'key.revoke',
        'secret.add',
        'secret.retire',
        'secrets.rotate-key',
        'replay.create',
      ]),
    );
    expect(of('system').filter((action) => action === 'secret.retire')).toHaveLength(1);
  });

  it('is read page by page', async () => {
    const all = (await admin<{ data: readonly Act[] }>(first, '/v1/audit?limit=200')).body.data;
    const paged: Act[] = [];
    for (let after = ''; ;) {
      const { body: page } = await admin<{ data: readonly Act[]; next: string | null }>(
        first,
        `/v1/audit?limit=7${after}`,
      );
      paged.push(...page.data);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(paged).toEqual(all);
  });
});

function bearer(key: string): RequestInit {
  return { headers: { authorization: `Bearer ${key}` } };
}
