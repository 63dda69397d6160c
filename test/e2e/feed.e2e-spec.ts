import { Agent, get, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import type { FeedPage } from '@test/gateway-process.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { storeThreeKinds, THREE_KINDS_COUNT } from '@test/three-kinds.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

let gateway: GatewayWithDatabase;
/** In order of occurrence. */
let ids: readonly string[];

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start();
  ids = await storeThreeKinds(gateway);
});
afterAll(() => gateway?.close());

const send = async (text: string) => (await gateway.postWebhook('ampeco', WEBHOOK_SECRET, text)).body;

describe('the feed', () => {
  const feed = async (search: string) => (await gateway.api<FeedPage>(`/v1/feed?${search}`)).body;
  const end = async () => (await feed('after=end')).next;

  it('gives every event once, in order of position, whatever the page', async () => {
    const whole = await gateway.wholeFeed();
    const positions = whole.map(({ position }) => BigInt(position));
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(whole.map((event) => event.id)).toEqual(expect.arrayContaining([...ids]));
    const paged: string[] = [];
    for (let after = ''; ;) {
      const slice = await feed(`limit=17${after}`);
      paged.push(...slice.data.map((event) => event.id));
      if (!slice.more) break;
      after = `&after=${slice.next}`;
    }
    expect(paged).toEqual(whole.map((event) => event.id));
  });

  it('starts at an arrival, with no event left out that came then or later', async () => {
    const { eventId: before } = await send(
      '{"notification":"x.y","timestamp":"2026-03-14T09:26:53Z","n":"before"}',
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    const now = new Date().toISOString();
    const { eventId } = await send('{"notification":"x.y","timestamp":"2020-03-14T09:26:53Z","n":"after"}');
    const { data, next } = await feed(`after=received:${now}`);
    expect(data.map((event) => event.id)).toEqual([eventId]);
    expect((await feed(`after=${next}`)).data).toEqual([]);
    const offset = now.replace('Z', '%2B00:00');
    expect((await feed(`after=received:${offset}&type=tariff.updated`)).data).toEqual([]);
    const { data: all } = await feed('after=received:2026-01-01&limit=1000');
    expect(all.map((event) => event.id)).toEqual(expect.arrayContaining([...ids, before, eventId]));
    expect((await feed(`after=received:${new Date(Date.now() + 3_600_000).toISOString()}`)).data).toEqual([]);
  });

  it.each(['received:', 'received:yesterday', 'received:2026-02-30', 'received', 'received:1773480413'])(
    'does not start at "%s", which is no arrival',
    async (after) => {
      const { status, body } = await gateway.api<{ code: string }>(`/v1/feed?after=${after}`);
      expect([status, body.code]).toEqual([400, 'invalid-cursor']);
    },
  );

  it('goes on with another filter from the same place', async () => {
    const slice = await feed('limit=50&type=tariff.updated');
    const rest = await feed(`limit=1000&type=tariff.*&after=${slice.next}`);
    expect(slice.data.length + rest.data.length).toBe(Math.floor(THREE_KINDS_COUNT / 3));
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

  it('waits from the present end on for what comes next (after=end&wait)', async () => {
    const waiting = feed('after=end&wait=60');
    // One of these comes after the read has begun; when that is, the reader's answer tells.
    const isAnswered = waiting.then(() => true);
    const sent: (string | undefined)[] = [];
    do sent.push((await send(JSON.stringify({ notification: 'after.end', n: sent.length }))).eventId);
    while (!(await Promise.race([isAnswered, Promise.resolve(false)])));
    const { data, next } = await waiting;
    expect(data.length).toBeGreaterThan(0);
    for (const { id } of data) expect(sent).toContain(id);
    const rest = await feed(`limit=1000&after=${next}`);
    const got = [...data, ...rest.data].map(({ id }) => id);
    expect(got).toEqual(sent.slice(sent.indexOf(got[0])));
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
      const { rows } = await gateway.db.database.pool.query<{ n: string }>(
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
