import { createHash, createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedEvent } from '@test/gateway-process.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { rawRequest } from '@test/raw-request.js';
import { aBody } from '@test/webhook-door.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';
import { loadSamples } from '../fixtures/ampeco/load.js';

const MAX_BODY = 4_096;
const YAML = `
sources:
  - { name: ampeco, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }
  - { name: other, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }
`;

interface Copies {
  readonly identity: { readonly tenant: string; readonly notification: string; readonly occurredAt: string };
  readonly data: readonly {
    readonly role: string;
    readonly sameBytes: boolean;
    readonly headers: Readonly<Record<string, string>>;
  }[];
}

let gateway: GatewayWithDatabase;

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start({
    yaml: YAML,
    env: { CHARGELOG_MAX_BODY_BYTES: String(MAX_BODY) },
  });
});
afterAll(() => gateway?.close());

const sign = (body: Buffer | string, secret = WEBHOOK_SECRET): string =>
  createHmac('sha256', secret).update(body).digest('hex');
const send = (body: Buffer | string, headers: Record<string, string> = {}) =>
  gateway.postWebhook('ampeco', WEBHOOK_SECRET, body, headers);
const eventOf = async (id: string | undefined): Promise<FeedEvent> =>
  (await gateway.api<FeedEvent>(`/v1/events/${id}?data=raw`)).body;

const post = (target: string, headers: Record<string, string>, chunks: readonly Buffer[]) =>
  rawRequest(gateway.baseUrl, 'POST', target, headers, chunks).then(({ status, body }) => ({
    status,
    body: JSON.parse(body) as Record<string, unknown>,
  }));

describe("AMPECO's notifications by webhook", () => {
  it.each(loadSamples())('$file becomes $type', async (sample) => {
    const { status, body } = await send(sample.body, { 'x-tenant': 'demo-tenant' });
    expect([status, body.outcome]).toEqual([202, 'stored']);
    const event = await eventOf(body.eventId);
    expect([event.type, event.subject, event.notification]).toEqual([
      sample.type,
      sample.subject && `${sample.subject.kind}/${sample.subject.id}`,
      sample.notification,
    ]);
    expect(event.data).toEqual(JSON.parse(sample.body.toString()));
    expect(event.conformance === 'unrecognized').toBe(sample.flags.includes('unrecognized'));
    expect(event.conformance === 'nonconforming').toBe(sample.flags.includes('nonconforming'));
  });
});

describe('how a delivery is sent does not matter', () => {
  it.each([
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=',
    'garbage',
    ';;',
    'application/json, text/plain',
  ])('content type "%s"', async (type) => {
    const { status, body } = await send(aBody(), { 'content-type': type });
    expect([status, body.outcome]).toEqual([202, 'stored']);
    const { headers } = await gateway.api(`/v1/events/${body.eventId}/raw`);
    expect(headers.get('original-content-type')).toBe(type);
  });

  it('no content type', async () => {
    const body = Buffer.from(aBody());
    const answer = await post('/webhooks/ampeco', { 'x-signature': sign(body) }, [body]);
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'stored' } });
  });

  it('a body in chunks, without a length', async () => {
    const body = Buffer.from(aBody(',"name":"ч"'));
    const chunks = [...body].map((byte) => Buffer.from([byte]));
    const headers = { 'x-signature': sign(body), 'transfer-encoding': 'chunked' };
    expect(await post('/webhooks/ampeco', headers, chunks)).toMatchObject({ status: 202 });
  });

  it('a query string or a slash at the end of the callback URL', async () => {
    for (const end of ['?token=abc&x=%00', '/', '/?a=1']) {
      const body = Buffer.from(aBody());
      const answer = await post(`/webhooks/ampeco${end}`, { 'x-signature': sign(body) }, [body]);
      expect(answer).toMatchObject({ status: 202, body: { outcome: 'stored' } });
    }
    expect(gateway.output).not.toContain('token=abc');
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('but only by POST, not by %s', async (method) => {
    const answer = await fetch(`${gateway.baseUrl}/webhooks/ampeco`, { method });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      405,
      'application/problem+json; charset=utf-8',
    ]);
  });
});

describe('an authenticated body that cannot become an event', () => {
  const cases: readonly [string, Buffer, string][] = [
    ['an empty body', Buffer.alloc(0), 'not-json'],
    ['a broken body', Buffer.from('{"notification":'), 'not-json'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'not-utf8'],
    ['a number', Buffer.from('[1]').subarray(1, 2), 'not-an-object'],
    ['an array', Buffer.from('[1]'), 'array'],
    ['no name', Buffer.from('{"a":1}'), 'no-notification-name'],
    ['a name with NUL', Buffer.from('{"notification":"a\\u0000b"}'), 'no-notification-name'],
    ['deep nesting', Buffer.from(`{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`), 'too-deep'],
  ];

  it.each(cases)('is quarantined whole, with its reason: %s', async (_what, bytes, reason) => {
    const { status, body } = await send(bytes);
    expect([status, body.outcome]).toEqual([202, 'quarantined']);
    const { body: entry } = await gateway.api<{
      reason: string;
      body: string;
      bodyEncoding: 'text' | 'base64';
    }>(`/v1/quarantine/${body.quarantineId}`);
    expect(entry.reason).toBe(reason);
    const kept = Buffer.from(entry.body, entry.bodyEncoding === 'text' ? 'utf8' : entry.bodyEncoding);
    expect(kept.equals(bytes)).toBe(true);
  });

  it('is listed, newest first, by reason and page by page', async () => {
    const list = async (search: string) =>
      (
        await gateway.api<{ data: { quarantineId: string; reason: string }[]; next: string | null }>(
          `/v1/quarantine?${search}`,
        )
      ).body;
    const all = (await list('limit=200')).data;
    expect(all.map(({ reason }) => reason)).toEqual(cases.map(([, , reason]) => reason).toReversed());
    const paged: typeof all = [];
    for (let after = ''; ;) {
      const page = await list(`limit=3${after}`);
      paged.push(...page.data);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(paged).toEqual(all);
    expect((await list('reason=not-json')).data).toHaveLength(2);
    expect((await list('source=other')).data).toEqual([]);
  });
});

describe('a body with something odd about it', () => {
  it('is an event with a byte order mark, which the copy without it equals', async () => {
    const body = aBody();
    const first = await send(`\uFEFF${body}`);
    expect(first.body.outcome).toBe('stored');
    expect((await eventOf(first.body.eventId)).data).toEqual(JSON.parse(body));
    expect((await send(body)).body).toEqual({ outcome: 'duplicate', eventId: first.body.eventId });
  });

  it('is an event with repeated keys, of which another value is another event', async () => {
    const one = await send(`{"notification":"x.y","timestamp":"2026-03-14T09:26:53Z","a":1,"a":2}`);
    const other = await send(`{"notification":"x.y","timestamp":"2026-03-14T09:26:53Z","a":3,"a":2}`);
    expect([one.body.outcome, other.body.outcome]).toEqual(['stored', 'stored']);
    expect((await eventOf(one.body.eventId)).data['a']).toBe(2);
  });

  it('is an event with __proto__ in it, served as it came', async () => {
    const body = aBody(',"__proto__":{"polluted":true},"constructor":1');
    const { body: answer } = await send(body);
    const text = await fetch(`${gateway.baseUrl}/v1/events/${answer.eventId}?data=raw`, {
      headers: { authorization: `Bearer ${gateway.adminKey}` },
    }).then((response) => response.text());
    expect(text.endsWith(`"data":${body}}`)).toBe(true);
  });
});

describe('a body over the limit', () => {
  const tooLarge = Buffer.alloc(MAX_BODY + 1, 0x20);

  it('is refused when its length says so', async () => {
    expect(await send(tooLarge)).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });

  it('is refused when it comes in chunks', async () => {
    const headers = { 'x-signature': sign(tooLarge), 'transfer-encoding': 'chunked' };
    const answer = await post('/webhooks/ampeco', headers, [
      tooLarge.subarray(0, 100),
      tooLarge.subarray(100),
    ]);
    expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });

  it('is taken when it is not over it', async () => {
    const body = aBody();
    expect((await send(body + ' '.repeat(MAX_BODY - body.length))).status).toBe(202);
  });

  it('that ends early is no delivery', async () => {
    const { hostname, port } = new URL(gateway.baseUrl);
    const before = await gateway.wholeFeed();
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      let seen = '';
      socket.on('data', (chunk) => (seen += chunk.toString()));
      socket.on('close', () => resolve(seen));
      socket.on('error', reject);
      socket.end(
        `POST /webhooks/ampeco HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\nx-signature: ${sign('{}')}\r\n\r\n{}`,
      );
    });
    expect(text).not.toContain(' 202 ');
    expect(await gateway.wholeFeed()).toHaveLength(before.length);
  });
});

describe('a second copy', () => {
  it('with other order, spacing and escaping is a duplicate, and both copies are explained', async () => {
    const one = Buffer.from(
      '{"notification":"x.y","timestamp":"2026-03-14T09:26:53Z","url":"https:\\/\\/a.example\\/1","n":10,"name":"\\u0416"}',
    );
    const other = Buffer.from(
      '{ "n": 1e1, "name": "Ж",\n "url": "https://a.example/1", "timestamp": "2026-03-14T09:26:53Z", "notification": "x.y" }',
    );
    const first = await send(one, { 'x-webhook-id': 'one' });
    const second = await send(other, { 'x-webhook-id': 'two' });
    const third = await send(one, { 'x-webhook-id': 'three' });
    const eventId = first.body.eventId;
    expect(first.body).toEqual({ outcome: 'stored', eventId });
    expect(second.body).toEqual({ outcome: 'duplicate', eventId });
    expect(third.body).toEqual({ outcome: 'duplicate', eventId });

    const { body } = await gateway.api<Copies>(`/v1/events/${eventId}/deliveries`);
    expect(body.identity).toMatchObject({
      tenant: 'acme',
      notification: 'x.y',
      occurredAt: '2026-03-14T09:26:53.000Z',
    });
    expect(body.data.map((copy) => [copy.role, copy.sameBytes, copy.headers['x-webhook-id']])).toEqual([
      ['first', true, 'one'],
      ['duplicate', false, 'two'],
      ['duplicate', true, 'three'],
    ]);

    const raw = await fetch(`${gateway.baseUrl}/v1/events/${eventId}/raw`, {
      headers: { authorization: `Bearer ${gateway.adminKey}` },
    });
    expect(Buffer.from(await raw.arrayBuffer()).equals(one)).toBe(true);
    expect(raw.headers.get('content-digest')).toBe(
      `sha-256=:${createHash('sha256').update(one).digest('base64')}:`,
    );
    expect(raw.headers.get('original-x-signature')).toBe(sign(one));
  });
});
