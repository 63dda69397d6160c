import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { rawRequest } from '@test/raw-request.js';
import { aBody } from '@test/webhook-door.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';
import { loadSignatureVectors } from '../fixtures/ampeco/load.js';

const VECTOR_TOKEN = loadSignatureVectors()[0]?.token ?? '';
const YAML = `
sources:
  - { name: ampeco, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }
  - name: vectors
    kind: webhook
    tenant: acme
    secrets: [{ name: old, value: rotated-out-token-0001 }, { name: now, value: ${VECTOR_TOKEN} }]
    signature: { encodings: [hex, base64], signed: [body, timestamp+body, timestamp.body, body+timestamp] }
  - name: hex-only
    kind: webhook
    tenant: acme
    secrets: [{ name: a, value: ${VECTOR_TOKEN} }]
    signature: { encodings: [hex], signed: [body] }
  - name: aging
    kind: webhook
    tenant: acme
    secrets: [{ name: a, value: ${WEBHOOK_SECRET} }]
    signature: { signed: timestamp.body, maxAge: 10m }
identity: { undatedWindow: 1ms }
`;

let gateway: GatewayWithDatabase;

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start({ yaml: YAML });
});
afterAll(() => gateway?.close());

const sign = (body: string, secret = WEBHOOK_SECRET): string =>
  createHmac('sha256', secret).update(body).digest('hex');
const send = (body: string, headers: Record<string, string>) =>
  gateway.postWebhook('ampeco', WEBHOOK_SECRET, body, headers);

describe('a signature', () => {
  const forms = loadSignatureVectors().flatMap((vector) => [
    { vector, form: 'body:hex', signature: vector.hex },
    { vector, form: 'body:hex', signature: `sha256=${vector.hex.toUpperCase()}` },
    { vector, form: 'body:base64', signature: vector.base64 },
    ...Object.entries(vector.stampedHex).map(([form, signature]) => ({
      vector,
      form: `${form}:hex`,
      signature,
    })),
  ]);

  it.each(forms)('of the form $form verifies $vector.sample, and the match is recorded', async (given) => {
    const { vector, form, signature } = given;
    const { status, body } = await gateway.postWebhook('vectors', '', vector.body, {
      ...vector.headers,
      'x-signature': signature,
    });
    expect(status).toBe(202);
    const copies = await gateway.api<{ data: readonly { verifiedBy: unknown }[] }>(
      `/v1/events/${body.eventId}/deliveries`,
    );
    expect(copies.body.data.map(({ verifiedBy }) => verifiedBy)).toContainEqual({ secret: 'now', form });
  });

  it.each([
    ['under another token', { 'x-signature': sign('{}', 'another-token') }],
    ['of another body', { 'x-signature': sign('{"a":1}') }],
    ['that is empty', { 'x-signature': '' }],
    ['that is cut short', { 'x-signature': sign('{}').slice(1) }],
  ])('%s is refused, and nothing is stored', async (_what, headers) => {
    expect(await send('{}', headers)).toMatchObject({ status: 401, body: { code: 'bad-signature' } });
    expect((await gateway.api<{ data: unknown[] }>('/v1/quarantine')).body.data).toEqual([]);
  });

  it('that is missing is refused, with a reason that names the header', async () => {
    const { status, headers, body } = await rawRequest(gateway.baseUrl, 'POST', '/webhooks/ampeco', {}, [
      Buffer.from('{}'),
    ]);
    expect([status, headers['content-type']]).toEqual([
      401,
      expect.stringContaining('application/problem+json'),
    ]);
    expect((JSON.parse(body) as { detail: string }).detail).toContain('X-Signature');
  });

  it('in an encoding or form the source does not allow is refused', async () => {
    const vector = loadSignatureVectors()[0];
    if (vector === undefined) throw new Error('there are no vectors');
    for (const signature of [vector.base64, ...Object.values(vector.stampedHex)]) {
      const headers = { ...vector.headers, 'x-signature': signature };
      expect((await gateway.postWebhook('hex-only', '', vector.body, headers)).status).toBe(401);
    }
  });

  it('does not open a source that does not exist', async () => {
    for (const source of ['nope', 'ampecco', '%00', '__proto__', 'constructor', 'a'.repeat(200)]) {
      expect(await gateway.postWebhook(source, WEBHOOK_SECRET, '{}')).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
  });
});

describe('a signed X-Timestamp where the source has a maxAge', () => {
  const stamped = (ageMs: number, body = aBody()) => {
    const at = new Date(Date.now() - ageMs).toISOString();
    const signature = sign(`${at}.${body}`);
    return gateway.postWebhook('aging', '', body, { 'x-timestamp': at, 'x-signature': signature });
  };

  it('is taken while it is young', async () => {
    expect(await stamped(60_000)).toMatchObject({ status: 202, body: { outcome: 'stored' } });
  });

  it.each([
    [
      'hours later',
      7_200_000,
      /^X-Timestamp is 7\d\d\d s old; this source takes at most 600 s \(maxAge\)\.$/,
    ],
    ['from the future', -7_200_000, /ahead of the clock here/],
  ])(
    'of a recorded request that is sent %s is refused, and nothing is stored',
    async (_what, ageMs, detail) => {
      const body = aBody();
      expect(await stamped(ageMs, body)).toMatchObject({
        status: 401,
        body: { code: 'bad-signature', detail: expect.stringMatching(detail) },
      });
      expect(await stamped(0, body)).toMatchObject({ body: { outcome: 'stored' } });
    },
  );
});

describe('a body without a time that counts', () => {
  const status = (timestamp: unknown, more = '') =>
    `{"notification":"HardwareStatusNotification","chargePointId":1187,"evseId":1,"hardwareStatus":"available","errorCode":null,"timestamp":${JSON.stringify(timestamp)}${more}}`;

  it.each(['1970-01-01T00:00:12Z', '2000-01-01T00:00:00+00:00', '2036-02-07T06:28:16Z'])(
    'from a charger that stamps %s after each boot is an event at each boot, in history, and the answer says undated',
    async (timestamp) => {
      const boots = [await send(status(timestamp), {}), await send(status(timestamp), {})];
      expect(boots.map(({ body }) => [body.outcome, body.undated])).toEqual([
        ['stored', true],
        ['stored', true],
      ]);
      const { body: page } = await gateway.api<{ data: { id: string; undated?: boolean }[] }>(
        '/v1/events?evseId=1&limit=2',
      );
      const ids = boots.map(({ body }) => body.eventId);
      expect(page.data.map(({ id, undated }) => [id, undated])).toEqual(
        ids.toReversed().map((id) => [id, true]),
      );
      const { body: copies } = await gateway.api<{ departures: object[] }>(`/v1/events/${ids[0]}/deliveries`);
      expect(copies.departures).toContainEqual(
        expect.objectContaining({ path: '/timestamp', kind: 'wrong-clock' }),
      );
    },
  );

  it.each(['yesterday', '0000-00-00 00:00:00', 1_773_480_413, { date: '2026-03-14 09:26:53' }])(
    'because the time is %j says undated',
    async (timestamp) => {
      expect((await send(status(timestamp), {})).body).toMatchObject({ outcome: 'stored', undated: true });
    },
  );

  it.each([
    '2026-03-14T09:26:53+0000',
    '2026-03-14T09:26:53+00',
    '2026-03-14T09:26:53,5Z',
    '2026-03-14T09:26Z',
  ])('is not what has the time %s', async (timestamp) => {
    const { body } = await send(status(timestamp), {});
    expect(body).toEqual({ outcome: 'stored', eventId: expect.any(String) });
    const { body: event } = await gateway.api<{ time: string }>(`/v1/events/${body.eventId}`);
    expect(event.time).toMatch(/^2026-03-14T09:26:/);
  });

  it('is a copy with the same X-Timestamp after the window, as of a late retry or a recorded request', async () => {
    const sent = { 'x-timestamp': '2026-03-14T09:26:59.123456Z', 'x-webhook-id': '7' };
    const body = '{"notification":"chargePoint.dataTransferReceived","chargePointId":1187}';
    const first = await send(body, sent);
    await untilTheWindowIsOver();
    expect((await send(body, { ...sent, 'x-webhook-id': '8' })).body).toEqual({
      outcome: 'duplicate',
      eventId: first.body.eventId,
      undated: true,
    });
  });

  it('is an event of its own with another X-Timestamp after the window, though X-Webhook-Id is the same', async () => {
    const body = '{"notification":"chargePoint.dataTransferReceived","chargePointId":1188}';
    for (const at of ['2026-03-14T09:26:59.123456Z', '2026-03-14T09:27:59.123456Z']) {
      await untilTheWindowIsOver();
      expect((await send(body, { 'x-timestamp': at, 'x-webhook-id': '7' })).body.outcome).toBe('stored');
    }
  });

  /** Arrivals count in ms, and the window is one. */
  const untilTheWindowIsOver = () => new Promise((resolve) => setTimeout(resolve, 3));
});
