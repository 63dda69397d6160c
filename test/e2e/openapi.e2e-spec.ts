import { createHmac } from 'node:crypto';
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

describe('the examples of the OpenAPI document', () => {
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

  it('are taken by a gateway, each call with its examples as they stand, and answered as described', async () => {
    const calls = callsOf(document).toSorted((a, b) => rank(a) - rank(b));
    expect(calls.length).toBeGreaterThan(15);
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
    expect(departures(document, { $ref: '#/components/schemas/Problem' }, body)).toEqual([]);
    const page = await fetch(new URL((body as { type: string }).type, gateway.baseUrl));
    expect([page.status, mediaTypeOf(page.headers)]).toEqual([200, 'text/html']);
  });

  /** What others need comes first, what undoes comes last. */
  function rank({ method }: DescribedCall): number {
    return method === 'POST' ? 0 : method === 'DELETE' ? 2 : 1;
  }

  function run(call: DescribedCall): Promise<Response> {
    const { operation, method } = call;
    const media = Object.entries(operation.requestBody?.content ?? {})[0];
    const body = media && JSON.stringify(media[1].example);
    return fetch(
      gateway.baseUrl +
        target(call, (parameter) =>
          parameter.in === 'path' ? (made[operation.operationId] ?? parameter.example) : parameter.example,
        ),
      {
        method,
        headers: {
          authorization: `Bearer ${gateway.adminKey}`,
          'x-signature': createHmac('sha256', WEBHOOK_SECRET)
            .update(body ?? '')
            .digest('hex'),
          ...(media && { 'content-type': media[0] }),
        },
        ...(body !== undefined && { body }),
      },
    );
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
    4_802n,
  );
}
