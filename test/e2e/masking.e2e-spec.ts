import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTIFICATIONS } from '@chargelog/catalogue';
import type { JsonValue } from '@chargelog/domain';
import { SCOPES } from '@chargelog/http';
import { eventually } from '@test/eventually.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { leaksIn } from '@test/leaks.js';
import { makeKey } from '@test/make-key.js';
import { pointersOf, remove, sensitivePlaces } from '@test/masked-paths.js';
import { BROKEN, ODD, planter, SAMPLES, type Planted } from '@test/planted-notifications.js';
import { SECRET_TEXT } from '@test/planted-secrets.js';
import { replayAll } from '@test/replay-all.js';
import { sendWebhooks } from '@test/send-webhooks.js';
import { byId, eventOf, eventsOf, getText, readFeed, type ServedEvent } from '@test/served-events.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

const FORMS = ['normalized', 'raw'] as const;

let gateway: GatewayWithDatabase;
/** Everything but the one scope. */
let masked: string;
let open: string;
let sent: readonly Planted[];
let ids: readonly string[];
/** As the key without the scope sees it. */
let feed: readonly ServedEvent[];

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start({ env: { LOG_LEVEL: 'trace' } });
  ({ key: masked } = await makeKey(
    gateway,
    SCOPES.filter((scope) => scope !== 'events:read-sensitive'),
  ));
  ({ key: open } = await makeKey(gateway, ['events:read', 'events:read-sensitive', 'quarantine', 'replays']));
  sent = [...SAMPLES, ...ODD];
  const answers = await sendWebhooks(
    gateway,
    sent.map(({ text }) => text),
  );
  expect(answers.filter(({ outcome }) => outcome !== 'stored')).toEqual([]);
  ids = answers.map(({ eventId }) => eventId ?? '');
  feed = await readFeed(gateway, 'normalized', masked);
});
afterAll(() => gateway?.close());

describe('without the scope events:read-sensitive', () => {
  it('plants in every sensitive member of every notification', () => {
    const names = new Set(sent.map(({ text }) => /"notification":"([^"]+)"/.exec(text)?.[1]));
    for (const { name } of NOTIFICATIONS) expect(names).toContain(name);
    expect(sent.flatMap(({ secrets }) => secrets).length).toBeGreaterThan(5_000);
    expect(leaksIn(sent.map(({ text }) => text).join())).not.toEqual([]);
  });

  it.each(FORMS)('history and single events, %s', async (form) => {
    for (let after = ''; ;) {
      const search = `data=${form}&limit=100${after === '' ? '' : `&after=${after}`}`;
      const page = await read(`/v1/events?${search}`);
      const { next } = JSON.parse(page) as { next: string | null };
      if (next === null) break;
      after = next;
    }
    for (const id of ids) await read(`/v1/events/${id}?data=${form}`);
  });

  it.each(FORMS)('the feed, %s', async (form) => {
    const events = await readFeed(gateway, form, masked);
    expect(events).toHaveLength(sent.length);
    expect(leaksIn(JSON.stringify(events))).toEqual([]);
  });

  it('the copies of an event, with the headers that a proxy added', async () => {
    const secret = planter.text();
    const headers = { 'x-api-key': secret, 'x-user-email': secret, 'x-webhook-id': '7' };
    for (const [index, { text }] of sent.slice(0, 50).entries()) {
      await gateway.postWebhook('ampeco', WEBHOOK_SECRET, text, headers);
      const path = `/v1/events/${ids[index]}/deliveries`;
      expect(JSON.parse(await read(path))).toMatchObject({
        data: [
          { role: 'first' },
          {
            role: 'duplicate',
            headers: { 'x-webhook-id': '7' },
            maskedHeaders: ['x-api-key', 'x-user-email'],
          },
        ],
      });
      expect(await getText(gateway, path, open)).toContain(secret);
    }
  });

  it.each(FORMS)('a replay, %s', async (form) => {
    const received = await replay(form, masked);
    expect(received).toHaveLength(sent.length);
    expect(received.flatMap(leaksIn)).toEqual([]);
    await read('/v1/replays');
  });

  it('quarantine, and what is decided of it', async () => {
    const answers = await sendWebhooks(gateway, BROKEN);
    expect(answers.map(({ outcome }) => outcome)).toEqual(BROKEN.map(() => 'quarantined'));
    expect(await read('/v1/quarantine?limit=200')).toContain('no-notification-name');
    for (const { quarantineId = '' } of answers) {
      for (const encoding of ['text', 'hex', 'base64']) {
        await read(`/v1/quarantine/${quarantineId}?encoding=${encoding}`);
      }
      expect(await getText(gateway, `/v1/quarantine/${quarantineId}?encoding=hex`, open)).toContain(
        Buffer.from(SECRET_TEXT).toString('hex'),
      );
      await call(`/v1/quarantine/${quarantineId}/release`, 'POST');
      await call(`/v1/quarantine/${quarantineId}/discard`, 'POST', { reason: 'not needed' });
    }
    await read('/v1/audit?limit=200');
  });

  it('deliveries that were rejected, and what explains them', async () => {
    for (const { text } of sent.slice(0, 5)) {
      const { status, body } = await gateway.postWebhook('ampeco', 'another-secret-of-the-tests-0001', text);
      expect(status).toBe(401);
      expect(leaksIn(JSON.stringify(body))).toEqual([]);
    }
    await eventually(
      () => read('/v1/rejections'),
      (text) => text.includes('"rejectionId"'),
    );
    await call('/v1/doctor/signature', 'POST', { source: 'ampeco' });
    const [body, signature] = [sent[0]?.text, 'ab'.repeat(32)];
    await call('/v1/doctor/signature', 'POST', {
      source: 'ampeco',
      body,
      headers: { 'x-signature': signature },
    });
    await call('/v1/rejections/reverify', 'POST', { source: 'ampeco' });
  });

  it('the drift report', async () => {
    await sendWebhooks(gateway, ['{"notification":"test.isOver"}']);
    const report = await eventually(
      () => read('/v1/reports/drift?limit=5000'),
      (text) => text.includes('test.isOver'),
    );
    expect(report).toContain('/addedLater');
  });

  it('exact bytes are refused', async () => {
    for (const id of ids.slice(0, 20)) {
      const { status, body } = await gateway.api<{ code: string }>(`/v1/events/${id}/raw`, { key: masked });
      expect([status, body.code]).toEqual([403, 'forbidden']);
    }
  });

  it('problem documents', async () => {
    const secret = planter.text();
    const answers = [
      await gateway.postWebhook('nobody', WEBHOOK_SECRET, `{"notification":"x","pin":"${secret}"}`),
      await gateway.postWebhook('ampeco', WEBHOOK_SECRET, `{"pin":"${secret}${'x'.repeat(1_100_000)}"}`),
      await gateway.postWebhook('ampeco', '', `{"notification":"x","pin":"${secret}"}`, {
        'x-signature': '',
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 413, 401]);
    expect(leaksIn(JSON.stringify(answers))).toEqual([]);
  });

  it('metrics', async () => {
    expect(await read('/metrics')).toContain('chargelog_');
  });

  it('the log, at its most talkative', async () => {
    expect(gateway.output).toContain('"level"');
    expect(leaksIn(gateway.output)).toEqual([]);
  });

  it.each(FORMS)('names the place of all that is left out, and leaves out nothing else, %s', async (form) => {
    const whole = byId(await readFeed(gateway, form, open));
    for (const { attributes, data } of await readFeed(gateway, form, masked)) {
      const event = whole.get(attributes.id) as ServedEvent;
      expect(event.attributes).not.toHaveProperty('maskedpaths');
      const expected = JSON.parse(event.data) as JsonValue;
      for (const pointer of pointersOf(attributes)) {
        const removed = remove(expected, pointer);
        expect(leaksIn(JSON.stringify(removed)), `${attributes['notification']}${pointer}`).not.toEqual([]);
      }
      expect(JSON.parse(data)).toEqual(expected);
    }
  });

  it('leaves out every member that is declared sensitive', () => {
    for (const { name, body } of NOTIFICATIONS) {
      const events = feed.filter(({ attributes }) => attributes['notification'] === name);
      const pointers = events.flatMap(({ attributes }) => pointersOf(attributes));
      const places = new Set(pointers.map((pointer) => pointer.replace(/\/\d+(?=\/|$)/g, '/*')));
      expect(
        sensitivePlaces(body).filter((place) => !places.has(place)),
        name,
      ).toEqual([]);
    }
  });
});

describe('with the scope', () => {
  it('everything is there: feed, history, replay and exact bytes', async () => {
    const whole = byId(await readFeed(gateway, 'normalized', open));
    const raw = byId(await readFeed(gateway, 'raw', open));
    const replayed = new Map(
      (await replay('normalized', open)).map((text) => [eventOf(text).attributes.id, text]),
    );
    for (const [index, { text, secrets, what }] of sent.entries()) {
      const id = ids[index] ?? '';
      for (const copy of [whole.get(id)?.data, raw.get(id)?.data, replayed.get(id)]) {
        expect(
          secrets.filter((secret) => copy?.includes(secret) !== true),
          what,
        ).toEqual([]);
      }
      if (index % 20 === 0) {
        expect(await getText(gateway, `/v1/events/${id}/raw`, open)).toBe(text.replace(/^\ufeff/, ''));
        const [event] = eventsOf(`{"data":[${await getText(gateway, `/v1/events/${id}`, open)}]}`);
        expect(event).toEqual(whole.get(id));
      }
    }
  });
});

/** Reads with the key without the scope; the answer holds no secret. */
async function read(path: string): Promise<string> {
  const text = await getText(gateway, path, masked);
  expect(leaksIn(text), path).toEqual([]);
  return text;
}

/** The same for calls whose status does not matter. */
async function call(path: string, method: string, body?: unknown): Promise<void> {
  const answer = await gateway.api<unknown>(path, {
    method,
    key: masked,
    ...(body !== undefined && { body }),
  });
  expect(answer.status, path).toBeLessThan(500);
  expect(leaksIn(JSON.stringify(answer.body)), path).toEqual([]);
}

/** The bodies that a replay of everything sends. */
async function replay(data: 'normalized' | 'raw', key: string): Promise<readonly string[]> {
  const { bodies } = await replayAll(gateway, key, data);
  return bodies.filter((body) => !body.includes('test.isOver'));
}
