import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '@chargelog/http';
import type { FeedEvent, FeedPage, GatewayProcess } from '@test/gateway-process.js';
import { ACME_SECRET, BETA_SECRET, body, startInstances, type Instances } from '@test/instances.js';
import { makeKey } from '@test/make-key.js';
import { replayAll } from '@test/replay-all.js';

const EVENTS_EACH = 12;

interface Page {
  readonly data: readonly (FeedEvent & { readonly tenant: string })[];
  readonly next: string | null;
}

let instances: Instances | undefined;
let first: GatewayProcess;
let second: GatewayProcess;
beforeAll(async () => {
  instances = await startInstances();
  ({ first, second } = instances);
  for (let n = 0; n < EVENTS_EACH; n += 1) {
    await first.postWebhook('acme', ACME_SECRET, body(n));
    await second.postWebhook('beta', BETA_SECRET, body(n));
  }
});
afterAll(() => instances?.close());

describe('a key of one tenant', () => {
  let key: string;
  let beta: Page['data'];
  beforeAll(async () => {
    const scopes: Scope[] = ['events:read', 'events:read-sensitive', 'consumers', 'replays'];
    ({ key } = await makeKey(first, scopes, { tenants: ['acme'] }));
    const all = await first.api<Page>('/v1/events?limit=1000');
    beta = all.body.data.filter(({ tenant }) => tenant === 'beta');
    expect(beta).toHaveLength(EVENTS_EACH);
  });
  const see = <T>(path: string, init?: { method?: string; body?: unknown }) =>
    first.api<T>(path, { ...init, key });

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
      const all = (await first.api<Page>(`/v1/events?limit=1000${search}`)).body.data;
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
    const { body: page } = await first.api<Page>('/v1/events?limit=5');
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
    const start = (await first.api<FeedPage>('/v1/feed?limit=1')).body.next; // a cursor of all tenants
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
    const tenantsOf = (bodies: readonly string[]) =>
      new Set(bodies.map((body) => (JSON.parse(body) as { tenant: string }).tenant));
    const everybodys = await replayAll(first, first.adminKey);
    expect(tenantsOf(everybodys.bodies)).toEqual(new Set(['acme', 'beta']));

    const own = await replayAll(first, key);
    expect(tenantsOf(own.bodies)).toEqual(new Set(['acme']));
    const list = await see<{ data: readonly { replayId: string }[] }>('/v1/replays');
    expect(list.body.data.map(({ replayId }) => replayId)).toEqual([own.replayId]);
    for (const method of ['GET', 'DELETE'])
      expect((await see(`/v1/replays/${everybodys.replayId}`, { method })).status).toBe(404);
  });

  it('may name another tenant nowhere', async () => {
    expect((await see('/v1/events?tenant=beta')).status).toBe(400);
    expect((await see('/v1/feed?tenants=beta')).status).toBe(400);
    const filter = { tenants: ['beta'] };
    const replay = { filter, target: { url: 'http://127.0.0.1:9/' } };
    expect((await see('/v1/replays', { method: 'POST', body: replay })).status).toBe(400);
  });
});

function bearer(key: string): RequestInit {
  return { headers: { authorization: `Bearer ${key}` } };
}
