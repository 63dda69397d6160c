import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { rawRequest } from '@test/raw-request.js';
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
    for (const source of ['nope', 'Ampeco', '%00', '__proto__', 'constructor', 'a'.repeat(200)]) {
      expect(await gateway.postWebhook(source, WEBHOOK_SECRET, '{}')).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
  });
});
