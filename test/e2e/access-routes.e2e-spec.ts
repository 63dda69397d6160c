import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '@chargelog/http';
import type { OpenApiDocument } from '@chargelog/http';
import type { GatewayProcess } from '@test/gateway-process.js';
import { ACME_SECRET, body, startInstances, type Instances } from '@test/instances.js';
import { makeKey } from '@test/make-key.js';
import { callsOf, readDocument, target, type DescribedCall } from '@test/openapi/call.js';
import { rawRequest } from '@test/raw-request.js';

let instances: Instances | undefined;
let first: GatewayProcess;
let second: GatewayProcess;
let doorOnly: GatewayProcess;
let document: OpenApiDocument;
let calls: readonly DescribedCall[];
beforeAll(async () => {
  instances = await startInstances();
  ({ first, second, doorOnly } = instances);
  document = await readDocument(first);
  calls = callsOf(document);
});
afterAll(() => instances?.close());

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
      'GET /v1/schemas/{notification}/{major}',
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
            first,
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
