import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenApiDocument, OpenApiOperation } from '@chargelog/http';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { anyValue, hostileText, valueFor } from '@test/openapi/arbitraries.js';
import { callsOf, mediaTypeOf, readDocument, target, type DescribedCall } from '@test/openapi/call.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

/** Requests in all. More in `npm run test:long`; a longer run by hand: `FUZZ_CASES=100000`. */
const CASES = Number(
  process.env['FUZZ_CASES'] ?? (process.env['LONG_SEARCH'] === undefined ? 5_000 : 20_000),
);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_124);
/** No call has a reason to take longer, the wait for a feed being left out. */
const HANG_MS = 10_000;
/** HTTP itself, before any call is looked at: cannot be read, nothing there, too long. */
const BEFORE_ANY_CALL = [400, 404, 414, 431];

interface Attempt {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly signed: boolean;
}

describe('every call, with whatever parameters', () => {
  let gateway: GatewayWithDatabase;
  let document: OpenApiDocument;

  beforeAll(async () => {
    gateway = await GatewayWithDatabase.start();
    document = await readDocument(gateway);
  });
  afterAll(() => gateway?.close());

  it('answers as described: no error of its own, no hang, JSON or a problem document', async () => {
    const calls = callsOf(document);
    const runs = Math.ceil(CASES / calls.length);
    const answers = await Promise.all(calls.map((call) => tryHard(call, runs)));
    const statuses = new Set(answers.flatMap((one) => [...one]));
    // Were all of them refused, nothing behind the checks would have been reached.
    expect([...statuses]).toEqual(expect.arrayContaining([200, 202, 400, 401, 404]));
    expect((await fetch(`${gateway.baseUrl}/health/ready`)).status).toBe(200);
    expect(gateway.output).not.toContain('request failed');
  }, 3_600_000);

  async function tryHard(call: DescribedCall, numRuns: number): Promise<Set<number>> {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(attemptAt(call), async (attempt) => {
        statuses.add(await judge(call, attempt));
      }),
      { numRuns, seed: SEED, endOnFailure: false, interruptAfterTimeLimit: 3_000_000 },
    );
    return statuses;
  }

  function attemptAt({ operation }: DescribedCall): fc.Arbitrary<Attempt> {
    const parameters = (operation.parameters ?? []).filter((one) => one.in !== 'header');
    const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
    return fc.record({
      parameters: fc.record(
        Object.fromEntries(parameters.map((parameter) => [parameter.name, valueOf(parameter)])),
        { requiredKeys: parameters.filter((one) => one.in === 'path').map((one) => one.name) },
      ),
      extra: fc.oneof(
        { weight: 9, arbitrary: fc.constant({}) },
        fc.dictionary(hostileText(), anyValue(), { maxKeys: 2 }),
      ),
      body: schema === undefined ? fc.constant(undefined) : valueFor(document, schema),
      signed: fc.boolean(),
    });
  }

  function valueOf(parameter: NonNullable<OpenApiOperation['parameters']>[number]): fc.Arbitrary<unknown> {
    // A wait is meant to take its time, so what would be granted is kept short.
    const fitting =
      parameter.name === 'wait'
        ? fc.constantFrom('0', '0.01', '0.02')
        : fc.oneof(
            valueFor(document, parameter.schema),
            fc.constant(parameter.example ?? parameter.schema.default ?? ''),
          );
    const hostile =
      parameter.name === 'wait' ? hostileText().filter((text) => !/^\d/.test(text)) : anyValue();
    return fc.oneof({ weight: 2, arbitrary: fitting }, hostile);
  }

  /** @throws Error when the answer is not one that the document describes. */
  async function judge(call: DescribedCall, attempt: Attempt): Promise<number> {
    const { operation, method } = call;
    let path = target(call, ({ name }) => attempt.parameters[name]);
    for (const [name, value] of Object.entries(attempt.extra))
      path += `${path.includes('?') ? '&' : '?'}${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(String(value).toWellFormed())}`;
    const body =
      attempt.body === undefined
        ? undefined
        : typeof attempt.body === 'string'
          ? attempt.body
          : JSON.stringify(attempt.body);
    const response = await fetch(gateway.baseUrl + path, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(HANG_MS),
      headers: {
        authorization: `Bearer ${gateway.adminKey}`,
        accept: 'application/json',
        ...(attempt.signed && {
          'x-signature': createHmac('sha256', WEBHOOK_SECRET)
            .update(body ?? '')
            .digest('hex'),
        }),
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const { status } = response;
    const media = mediaTypeOf(response.headers);
    const told = `${method} ${path} answered ${status} ${media}: ${text.slice(0, 300)}`;
    // On a machine that is busy with other things a sender may be asked to come back; any other 5xx is an error of ours.
    const comeBack = status === 503 && response.headers.has('retry-after');
    if (status >= 500 && !comeBack) throw new Error(told);
    if (media === 'application/problem+json') {
      const problem = JSON.parse(text) as { status?: number };
      if (problem.status !== status) throw new Error(told);
      if (operation.responses[status] === undefined && !BEFORE_ANY_CALL.includes(status))
        throw new Error(told);
    } else {
      // `..` and the like in a path may lead to another call; what it answers is described there.
      const described = callsOf(document).some(({ method: its, operation: { responses } }) => {
        const content = responses[status]?.content;
        if (its !== method || responses[status] === undefined) return false;
        return media === '' ? content === undefined && text === '' : content?.[media] !== undefined;
      });
      if (!described) throw new Error(told);
      if (media === 'application/json') JSON.parse(text);
    }
    return status;
  }
});
