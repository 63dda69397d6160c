import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dictionaries } from '@chargelog/event-log';
import { PgKafkaPositions } from '@chargelog/features/gaps';
import { registerSources } from '@chargelog/features/sources';
import type { OpenApiDocument } from '@chargelog/http';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import {
  callsOf,
  mediaTypeOf,
  readDocument,
  responseFor,
  target,
  type DescribedCall,
} from '@test/openapi/call.js';
import { departures } from '@test/openapi/schema-check.js';
import type { TestDatabase } from '@test/test-database.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

const PROBLEM = { $ref: '#/components/schemas/Problem' };

describe('the calls of the OpenAPI document', () => {
  let gateway: GatewayWithDatabase;
  let document: OpenApiDocument;
  /** Ids that only the gateway can make, by the operation whose example names one in its path. */
  const made: Record<string, string> = {};

  beforeAll(async () => {
    gateway = await GatewayWithDatabase.start();
    document = await readDocument(gateway);
    const unreadable = await gateway.postWebhook('ampeco', WEBHOOK_SECRET, 'not JSON at all');
    await recordGap(gateway.db);
    const another = await gateway.postWebhook('ampeco', WEBHOOK_SECRET, 'nor is this');
    made['getQuarantined'] = made['releaseQuarantined'] = unreadable.body.quarantineId ?? '';
    made['discardQuarantined'] = another.body.quarantineId ?? '';
  });
  afterAll(() => gateway?.close());

  it('are taken by a gateway, each with its examples as they stand, and answered as described', async () => {
    const calls = callsOf(document).toSorted((a, b) => rank(a) - rank(b));
    expect(calls.length).toBeGreaterThan(35);
    for (const call of calls) {
      const name = `${call.method} ${call.path}`;
      const response = await run(call);
      const statuses = Object.keys(call.operation.responses).filter((status) => status.startsWith('2'));
      const text = await response.text();
      expect(statuses, `${name}: ${text}`).toContain(String(response.status));
      const described = responseFor(call.operation, response.status);
      if (response.status === 204) {
        expect(described?.content, name).toBeUndefined();
        continue;
      }
      const media = described?.content?.[mediaTypeOf(response.headers)];
      expect(media, `${name} answers ${mediaTypeOf(response.headers)}`).toBeDefined();
      if (mediaTypeOf(response.headers) !== 'application/json') continue;
      const body: unknown = JSON.parse(text);
      expect(departures(document, media?.schema ?? {}, body), name).toEqual([]);
      remember(call, body as Record<string, string>);
    }
  });

  it('are those of docs/openapi.json', async () => {
    const written = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
    expect(document).toEqual(JSON.parse(written));
  });

  it('give the event that the document shows for the notification it shows', async () => {
    const answer = document.paths['/v1/events/{id}']?.['get']?.responses['200'];
    const example = answer?.content?.['application/json']?.example as { readonly id: string } | undefined;
    if (example === undefined) throw new Error('the document shows no event');
    const { body } = await gateway.api<Record<string, unknown>>(`/v1/events/${example.id}`);
    // Place and arrival are this gateway's own.
    const { position, receivedat } = body;
    expect(body).toEqual({ ...example, position, receivedat });
  });

  it('show problems as the gateway words them', async () => {
    const { status, body } = await gateway.api<unknown>('/v1/events?limt=5');
    expect(status).toBe(400);
    expect(departures(document, PROBLEM, body)).toEqual([]);
    const page = await fetch(new URL((body as { type: string }).type, gateway.baseUrl));
    expect([page.status, mediaTypeOf(page.headers)]).toEqual([200, 'text/html']);
  });

  it('are refused as described without a key, and with a parameter that nobody knows', async () => {
    for (const call of callsOf(document)) {
      const path = pathOf(call);
      const unknown = `${path}${path.includes('?') ? '&' : '?'}no-such-parameter=1`;
      if (call.operation.security.some((one) => 'key' in one)) await expectProblem(call, path, 401, false);
      if (call.path.startsWith('/v1/')) await expectProblem(call, unknown, 400, true);
    }
  });

  it('are all there is: other methods, and what stands above, below and beside a path, are not found', async () => {
    const described = new Set(callsOf(document).map(({ method, path }) => `${method} ${path}`));
    const patterns = Object.keys(document.paths).map(
      (path) => new RegExp(`^${path.replace(/{\w+}/g, '[^/]+')}$`),
    );
    const headers = { authorization: `Bearer ${gateway.adminKey}` };
    const attempts = callsOf(document).flatMap((call) => {
      const path = pathOf(call).replace(/\?.*/, '');
      const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
        .filter((method) => !described.has(`${method} ${call.path}`))
        .map((method) => [method, path] as const);
      const around = [path.replace(/\/[^/]*$/, ''), `${path}/more`, `${path}-more`]
        .filter((one) => one !== '' && !patterns.some((pattern) => pattern.test(one)))
        .map((one) => [call.method, one] as const);
      return [...others, ...around];
    });
    expect(attempts.length).toBeGreaterThan(150);
    for (const [method, path] of attempts) {
      const response = await fetch(gateway.baseUrl + path, { method, headers });
      // Who looks at a callback URL is told that it is one.
      const isCallback = path === '/webhooks/ampeco';
      const status = !isCallback ? 404 : method === 'OPTIONS' ? 204 : 405;
      expect([method, path, response.status]).toEqual([method, path, status]);
      if (status === 204) continue;
      const body: unknown = await response.json();
      expect(departures(document, PROBLEM, body), `${method} ${path}`).toEqual([]);
    }
  });

  /** What others need comes first, what undoes comes last. */
  function rank({ method }: DescribedCall): number {
    return method === 'POST' ? 0 : method === 'DELETE' ? 2 : 1;
  }

  function pathOf(call: DescribedCall): string {
    return target(call, (parameter) =>
      parameter.in === 'path' ? (made[call.operation.operationId] ?? parameter.example) : parameter.example,
    );
  }

  async function expectProblem(
    call: DescribedCall,
    path: string,
    status: number,
    withKey: boolean,
  ): Promise<void> {
    const response = await run(call, path, withKey);
    const body = (await response.json()) as { readonly code: string };
    const name = `${call.method} ${path}`;
    expect([name, response.status]).toEqual([name, status]);
    const media = responseFor(call.operation, status)?.content?.[mediaTypeOf(response.headers)];
    expect(departures(document, media?.schema ?? {}, body), name).toEqual([]);
    expect(Object.keys(media?.examples ?? {}), name).toContain(body.code);
  }

  function run(call: DescribedCall, path = pathOf(call), withKey = true): Promise<Response> {
    const media = Object.entries(call.operation.requestBody?.content ?? {})[0];
    const body = media && JSON.stringify(media[1].example);
    return fetch(gateway.baseUrl + path, {
      method: call.method,
      headers: {
        ...(withKey && { authorization: `Bearer ${gateway.adminKey}` }),
        'x-signature': createHmac('sha256', WEBHOOK_SECRET)
          .update(body ?? '')
          .digest('hex'),
        ...(media && { 'content-type': media[0] }),
      },
      ...(body !== undefined && { body }),
    });
  }

  function remember(call: DescribedCall, body: Record<string, string>): void {
    if (call.operation.operationId === 'createReplay')
      made['getReplay'] = made['cancelReplay'] = body['replayId'] ?? '';
    if (call.operation.operationId === 'createKey') made['revokeKey'] = body['keyId'] ?? '';
  }
});

/** What the examples of gaps are about: one without a broker is as good here. */
async function recordGap({ database }: TestDatabase): Promise<void> {
  const sources = await registerSources(database.dataSource, [
    { name: 'ampeco-kafka', kind: 'kafka', tenant: 'acme' },
  ]);
  const sourceId = sources[0]?.id ?? 0;
  const gap = { sourceId, clusterId: 'c', topic: 'ampeco.notifications', partition: 0, fromOffset: 4_711n };
  await new PgKafkaPositions(database.dataSource, new Dictionaries(database.pool)).recordGap(
    { ...gap, toOffset: 4_802n, reason: 'start-above-position' },
    { resumeAt: 4_802n },
  );
}
