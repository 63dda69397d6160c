import { createHash, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { eventually } from '@test/eventually.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { rawRequest } from '@test/raw-request.js';
import { aBody } from '@test/webhook-door.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SECRET = 'a-token-that-only-tests-use-0001';
const OTHER = 'a-token-that-only-tests-use-0002';
const YAML = `
basePath: /charging/gateway
sources:
  - { name: ampeco, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${SECRET} }] }
  - { name: counts-200, kind: webhook, tenant: acme, answer: 200, secrets: [{ name: a, value: ${OTHER} }] }
  - { name: counts-204, kind: webhook, tenant: acme, answer: 204, secrets: [{ name: a, value: ${OTHER}-b }] }
`;

interface Rejected {
  readonly data: readonly { readonly rejectionId: string; readonly reason: string }[];
}
interface Diagnosis {
  readonly verdict: string;
  readonly findings: readonly { readonly code: string; readonly detail: string; readonly change?: string }[];
}

let gateway: GatewayWithDatabase;
let intakeUrl: string;

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start({ yaml: YAML, env: { INTAKE_PORT: '0' } });
  intakeUrl = /intake +(http:\/\/\S+?)\/webhooks/.exec(gateway.output)?.[1] ?? '';
});
afterAll(() => gateway?.close());

const sign = (body: Buffer | string, secret = SECRET): string =>
  createHmac('sha256', secret).update(body).digest('hex');
const post = async (target: string, body: Buffer | string, secret = SECRET, base = gateway.baseUrl) => {
  const answer = await rawRequest(
    base,
    'POST',
    target,
    { 'x-signature': sign(body, secret), 'content-type': 'application/json' },
    [Buffer.from(body)],
  );
  return { ...answer, said: (answer.body === '' ? {} : JSON.parse(answer.body)) as Record<string, string> };
};
const metric = async (line: string): Promise<number> => {
  const text = await fetch(`${gateway.baseUrl}/metrics`, {
    headers: { authorization: `Bearer ${gateway.adminKey}` },
  }).then((answer) => answer.text());
  return Number(
    text
      .split('\n')
      .find((one) => one.startsWith(line))
      ?.split(' ')
      .at(-1) ?? -1,
  );
};
const wrongPaths = (source: string): Promise<number> =>
  metric(`chargelog_rejections_total{source="${source}",reason="wrong-path"}`);
const rejections = async (source: string): Promise<Rejected['data']> =>
  (await gateway.api<Rejected>(`/v1/rejections?source=${source}&reason=path-wrong`)).body.data;

describe('a callback URL that was typed by hand, or passed through an ingress, is taken', () => {
  it.each([
    '//webhooks/ampeco',
    '/webhooks//ampeco',
    '/webhooks/ampeco//',
    '/Webhooks/AMPECO',
    '/webhooks/ampeco%20',
    '/charging/gateway/webhooks/ampeco',
    '/charging/gateway//webhooks/ampeco/?token=x',
    'http://gateway.example/webhooks/ampeco',
  ])('%s', async (target) => {
    expect(await post(target, aBody())).toMatchObject({ status: 202, said: { outcome: 'stored' } });
    const intake = await post(target, aBody(), SECRET, intakeUrl);
    expect(intake).toMatchObject({ status: 202, said: { outcome: 'stored' } });
  });

  it('and so is every other path behind the base path', async () => {
    expect((await fetch(`${gateway.baseUrl}/charging/gateway/health/live`)).status).toBe(200);
  });
});

describe('the answer that a sender counts as success', () => {
  it('is 200 with the outcome, where the source says so', async () => {
    expect(await post('/webhooks/counts-200', aBody(), OTHER)).toMatchObject({
      status: 200,
      said: { outcome: 'stored' },
    });
  });

  it('is 204 without a body, where the source says so', async () => {
    expect(await post('/webhooks/counts-204', aBody(), `${OTHER}-b`)).toMatchObject({
      status: 204,
      body: '',
    });
    expect(await post('/webhooks/counts-204', aBody(), 'wrong')).toMatchObject({ status: 401 });
  });

  it('is measured whatever it is', async () => {
    expect(await metric('chargelog_acknowledge_seconds_count{source="counts-204"}')).toBe(1);
  });
});

describe('who looks at a callback URL', () => {
  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('with %s is told that it is the right one', async (method) => {
    const answer = await rawRequest(gateway.baseUrl, method, '/webhooks/ampeco');
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST, OPTIONS' } });
    const { code, detail } = JSON.parse(answer.body) as Record<string, string>;
    expect([code, detail]).toEqual([
      'method-not-allowed',
      `This is the right URL: deliveries to the source "ampeco" come here by POST, signed. ${method} delivers nothing.`,
    ]);
  });

  it('with HEAD or OPTIONS is told so by the status', async () => {
    const head = await rawRequest(gateway.baseUrl, 'HEAD', '/charging/gateway/webhooks/ampeco/');
    expect(head).toMatchObject({ status: 405, headers: { allow: 'POST, OPTIONS' } });
    const options = await rawRequest(gateway.baseUrl, 'OPTIONS', '/webhooks/ampeco');
    expect(options).toMatchObject({ status: 204, headers: { allow: 'POST, OPTIONS' }, body: '' });
  });

  it.each(['GET', 'OPTIONS'])('of no source is told so, by %s', async (method) => {
    expect(await rawRequest(gateway.baseUrl, method, '/webhooks/nobody')).toMatchObject({ status: 404 });
  });
});

describe('a signed delivery to a path where nothing is received', () => {
  const SENT: readonly (readonly [target: string, isIntake: boolean])[] = [
    ['/webhook/ampeco', false],
    ['/', false],
    ['/webhooks', false],
    ['/webhooks/ampeco/v2', false],
    ['/webhooks/ampecco', false],
    ['/v1/events?token=left-out', false],
    ['/notifications', true],
  ];

  it('is counted, told with the URL it should have, kept, explained, and admitted afterwards', async () => {
    const bodies = SENT.map(() => aBody());
    for (const [at, [target, isIntake]] of SENT.entries()) {
      const base = isIntake ? intakeUrl : gateway.baseUrl;
      expect(await post(target, bodies[at] ?? '', SECRET, base)).toMatchObject({ status: 404 });
    }
    // One went to the path of a source that is not there, and counts as that.
    expect(
      await eventually(
        () => wrongPaths('ampeco'),
        (count) => count >= SENT.length - 1,
      ),
    ).toBe(SENT.length - 1);
    const kept = await eventually(
      () => rejections('ampeco'),
      (all) => all.length === SENT.length,
    );
    expect(gateway.output).toContain('"rightPath":"/charging/gateway/webhooks/ampeco"');
    expect(gateway.output).toContain('"path":"/webhook/ampeco"');
    expect(gateway.output).not.toContain('left-out');

    const { body } = await gateway.api<Diagnosis>('/v1/doctor/signature', {
      method: 'POST',
      body: { source: 'ampeco', rejectionId: kept.at(-1)?.rejectionId },
    });
    expect(body).toMatchObject({ verdict: 'explained', findings: [{ code: 'path-wrong' }] });
    expect(body.findings[0]?.detail).toContain('"/webhook/ampeco"');
    expect(body.findings[0]?.change).toContain('/webhooks/ampeco');

    const admitted = await gateway.api<{ stored: number }>('/v1/rejections/reverify', {
      method: 'POST',
      body: { source: 'ampeco' },
    });
    expect(admitted.body.stored).toBe(SENT.length);
    const stored = (await gateway.wholeFeed()).map(({ data }) => data['n']);
    for (const one of bodies) expect(stored).toContain((JSON.parse(one) as { n: number }).n);
  });

  it('that nobody has signed belongs to the source in its path, or to none', async () => {
    const before = await wrongPaths('counts-200');
    await post('/hooks/counts-200', aBody(), 'a stranger');
    await eventually(
      () => wrongPaths('counts-200'),
      (count) => count === before + 1,
    );
    const unknown = await wrongPaths('_unknown');
    await post('/hooks', aBody(), 'a stranger');
    await eventually(
      () => wrongPaths('_unknown'),
      (count) => count === unknown + 1,
    );
  });

  it('is not looked for where no signature is sent', async () => {
    const before = await wrongPaths('_unknown');
    expect((await fetch(`${gateway.baseUrl}/hooks`, { method: 'POST', body: '{}' })).status).toBe(404);
    await post('/hooks', aBody(), 'a stranger');
    await eventually(
      () => wrongPaths('_unknown'),
      (count) => count > before,
    );
    expect(await wrongPaths('_unknown')).toBe(before + 1);
  });
});

describe('a body that was compressed on the way', () => {
  const send = (body: Buffer, signature: string, headers: Record<string, string> = {}) =>
    rawRequest(gateway.baseUrl, 'POST', '/webhooks/ampeco', { 'x-signature': signature, ...headers }, [body]);

  it.each([
    ['after it was signed', true, {}],
    ['after it was signed, with its header', true, { 'content-encoding': 'gzip' }],
    ['before it was signed, with its header', false, { 'content-encoding': 'gzip' }],
  ] as const)(
    '%s, is the same event; its bytes are kept as they came',
    async (_, isSignedBefore, headers) => {
      const plain = aBody();
      const packed = gzipSync(plain);
      const answer = await send(packed, sign(isSignedBefore ? plain : packed), headers);
      expect(answer.status).toBe(202);
      const { outcome, eventId } = JSON.parse(answer.body) as Record<string, string>;
      expect(outcome).toBe('stored');
      const again = await post('/webhooks/ampeco', plain);
      expect(again.said).toEqual({ outcome: 'duplicate', eventId });

      const raw = await fetch(`${gateway.baseUrl}/v1/events/${eventId}/raw`, {
        headers: { authorization: `Bearer ${gateway.adminKey}` },
      });
      expect(Buffer.from(await raw.arrayBuffer()).equals(packed)).toBe(true);
      const { body } = await gateway.api<{
        data: { taken?: string; sameBytes: boolean; headers: Record<string, string> }[];
      }>(`/v1/events/${eventId}/deliveries`);
      expect(body.data.map(({ taken, sameBytes }) => [taken, sameBytes])).toEqual([
        ['gzip', true],
        [undefined, false],
      ]);
      expect(body.data[0]?.headers['content-encoding']).toBe(Object.values(headers)[0]);
      expect(body.data[0]?.headers).not.toHaveProperty([':as-received']);
    },
  );

  it('before it was signed, without its header, waits with the setting that reads it', async () => {
    const packed = gzipSync(aBody());
    const answer = await send(packed, sign(packed));
    const { quarantineId } = JSON.parse(answer.body) as Record<string, string>;
    const { body } = await gateway.api<Record<string, string>>(`/v1/quarantine/${quarantineId}`);
    expect([body['reason'], body['detail']]).toEqual(['gzip', expect.stringContaining('format: gzip')]);
  });

  it('and is signed by nobody is refused, however much it unpacks to', async () => {
    const bomb = gzipSync(Buffer.alloc(4_000_000, 0x20));
    for (let n = 0; n < 12; n += 1) expect((await send(bomb, sign('else'))).status).toBe(401);
  });
});

describe('what waits in quarantine', () => {
  interface Released {
    readonly outcome?: string;
    readonly eventId?: string;
    readonly reason?: string;
    readonly detail?: string;
    readonly code?: string;
  }
  const quarantined = async (text: string): Promise<string> =>
    (await post('/webhooks/ampeco', text)).said['quarantineId'] ?? '';
  const release = (id: string, body?: object) =>
    gateway.api<Released>(`/v1/quarantine/${id}/release`, { method: 'POST', ...(body && { body }) });

  it('says where its JSON breaks, and shows nothing of it', async () => {
    const id = await quarantined('{"notification":"cdr.received",\n "email":"ada@example.org" "id":"a"}');
    const { body } = await gateway.api<{ detail: string }>(`/v1/quarantine/${id}`);
    expect(body.detail).toContain('line 2, column 28 (character 59): a comma or } should stand there');
    expect(body.detail).not.toContain('ada');
  });

  it('is released with a corrected body, once; what arrived and when stays, and the audit tells', async () => {
    const broken = '{"notification":"cdr.received","createdAt":"2026-03-14T09:26:53Z","id":"broken-1"';
    const id = await quarantined(broken);
    expect((await release(id)).body).toMatchObject({ outcome: 'quarantined', reason: 'not-json' });
    expect((await release(id, { body: `${broken},}` })).body).toMatchObject({ outcome: 'quarantined' });

    const corrected = { body: `${broken}}`, reason: 'the closing brace was cut off' };
    const { body: released } = await release(id, corrected);
    expect(released.outcome).toBe('stored');
    expect((await release(id, corrected)).body).toEqual(released);
    expect((await release(id)).body).toEqual(released);
    const other = await release(id, { body: '{"notification":"cdr.received","id":"other"}' });
    expect([other.status, other.body.code]).toEqual([409, 'conflict']);

    const { body: entry } = await gateway.api<{ body: string; receivedAt: string }>(`/v1/quarantine/${id}`);
    expect(entry.body).toBe(broken);
    const { body: event } = await gateway.api<{ receivedat: string; data: object }>(
      `/v1/events/${released.eventId}?data=raw`,
    );
    expect(event.data).toEqual(JSON.parse(corrected.body));
    expect(event.receivedat).toBe(entry.receivedAt);
    const { body: copies } = await gateway.api<{ data: { taken: string }[] }>(
      `/v1/events/${released.eventId}/deliveries`,
    );
    expect(copies.data.map(({ taken }) => taken)).toEqual(['corrected']);
    const raw = await fetch(`${gateway.baseUrl}/v1/events/${released.eventId}/raw`, {
      headers: { authorization: `Bearer ${gateway.adminKey}` },
    });
    expect(await raw.text()).toBe(broken);

    const audit = await gateway.api<{ data: { action: string; subject: string; detail: object }[] }>(
      '/v1/audit',
    );
    expect(audit.body.data.find(({ subject }) => subject === id)).toMatchObject({
      action: 'quarantine.release',
      detail: {
        outcome: 'stored',
        reason: corrected.reason,
        corrected: {
          bytes: corrected.body.length,
          sha256: createHash('sha256').update(corrected.body).digest('hex'),
        },
      },
    });
  });

  it('takes the corrected bytes in base64 too', async () => {
    const id = await quarantined('{');
    const body = Buffer.from(aBody()).toString('base64');
    expect((await release(id, { body, bodyEncoding: 'base64' })).body.outcome).toBe('stored');
  });

  it.each([
    ['a misspelt member', { boddy: '{}' }, 'unknown-parameter'],
    ['an encoding that is none', { body: '{}', bodyEncoding: 'utf-8' }, 'invalid-body'],
    ['base64 that is none', { body: '{}', bodyEncoding: 'base64' }, 'invalid-body'],
    ['a blank reason', { reason: ' ' }, 'invalid-body'],
  ])('is not released by a request with %s', async (_, body, code) => {
    const id = await quarantined('{');
    const answer = await release(id, body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect((await gateway.api<{ state: string }>(`/v1/quarantine/${id}`)).body.state).toBe('held');
  });
});

it('a call that takes no body refuses one, rather than ignore what it says', async () => {
  const rotate = (body?: object) =>
    gateway.api<{ code?: string; detail?: string }>('/v1/secrets/rotate-key', {
      method: 'POST',
      ...(body && { body }),
    });
  expect((await rotate({ dryRun: true })).body).toMatchObject({
    code: 'invalid-body',
    detail: 'This call takes no body; send none, or {}.',
  });
  expect((await rotate({})).status).not.toBe(400);
});

it.each([
  ['8,192 bytes', 'k'.repeat(8_192), 201],
  ['8,193 bytes', 'k'.repeat(8_193), 400],
  ['8,194 bytes of 4,097 characters', 'ü'.repeat(4_097), 400],
])('a secret of %s is taken by the API as by the configuration', async (_, value, status) => {
  const answer = await gateway.api<{ code?: string }>('/v1/sources/ampeco/secrets', {
    method: 'POST',
    body: { name: 'long', value },
  });
  expect(answer.status).toBe(status);
  if (status === 400) expect(answer.body.code).toBe('invalid-body');
});
