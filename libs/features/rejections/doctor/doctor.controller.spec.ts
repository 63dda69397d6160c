import 'reflect-metadata';
import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newUuidV7, type Source } from '@chargelog/domain';
import { Keyring } from '@chargelog/features/sealing';
import { JsonBodyPipe, validationPipe } from '@chargelog/http';
import type { EventLog } from '@chargelog/pipeline';
import { signingSecret } from '@chargelog/webhook';
import { RejectionService } from '../rejection.service.js';
import type { KeptRejection } from '../rejection.store.js';
import { sealRequest } from '../sealed-request.js';
import { webhookSources } from '@test/webhook-sources.js';
import { DoctorController } from './doctor.controller.js';
import { ExplainSignature } from './doctor.dto.js';

const SECRET = 'a-token-that-only-tests-use-0001';
const BODY = '{"notification":"x","techInfo":"caf\u00e9"}';
const SOURCE: Source = { id: 1, name: 'ampeco', kind: 'webhook', tenant: 'acme', tenantId: 1 };
const OTHER: Source = { ...SOURCE, id: 2, name: 'other' };
const signature = (body: string | Buffer, secret = SECRET): string =>
  createHmac('sha256', secret).update(body).digest('hex');

/** The door, with everything behind it but the event log, which no diagnosis touches. */
function setUp(keyring: Keyring = Keyring.of([randomBytes(32)])) {
  const kept: KeptRejection[] = [];
  const unused = (): never => {
    throw new Error('a diagnosis reads one rejection');
  };
  const rules = {
    secrets: [signingSecret('present', SECRET)],
    encodings: ['hex' as const],
    signed: ['body' as const],
  };
  const service = new RejectionService({
    store: {
      find: (id) => Promise.resolve(kept.find((row) => row.id === id)),
      newest: (source) => Promise.resolve(kept.findLast((row) => row.source === source)),
      list: unused,
      count: unused,
      oldest: unused,
    },
    sealer: keyring,
    sources: webhookSources([
      { source: SOURCE, rules },
      { source: OTHER, rules: { ...rules, secrets: [signingSecret('theirs', 'the-token-of-others')] } },
    ]),
    eventLog: {} as EventLog,
  });
  const controller = new DoctorController(service);
  const pipe = validationPipe('body');
  const ask = async (request: unknown): Promise<Record<string, unknown>> => {
    const read = new JsonBodyPipe().transform(Buffer.from(JSON.stringify(request)));
    const body = (await pipe.transform(read, {
      type: 'body',
      metatype: ExplainSignature,
    })) as ExplainSignature;
    return controller.explain(body);
  };
  const keep = (source: Source, receivedAt: number, body: string, headers: Record<string, string>) => {
    const id = newUuidV7(receivedAt);
    const sealed = sealRequest(keyring, id, { headers, body: Buffer.from(body) });
    const bytes = body.length;
    kept.push({ id, source: source.name, receivedAt, reason: 'signature-wrong', bytes, sealed });
    return id;
  };
  return { ask, keep };
}

const refusal = (name: string): unknown => ({ code: 'invalid-body', errors: [{ in: 'body', name }] });

describe('a delivery given whole', () => {
  it.each([
    ['as text', BODY, {}],
    ['as text, said so', BODY, { bodyEncoding: 'text' }],
    ['in hex', Buffer.from(BODY).toString('hex'), { bodyEncoding: 'hex' }],
    ['in hex of upper case', Buffer.from(BODY).toString('hex').toUpperCase(), { bodyEncoding: 'hex' }],
    ['in base64', Buffer.from(BODY).toString('base64'), { bodyEncoding: 'base64' }],
    [
      'in base64 without padding',
      Buffer.from(BODY).toString('base64').replace(/=+$/, ''),
      { bodyEncoding: 'base64' },
    ],
  ])('is read %s', async (_, body, parts) => {
    const { ask } = setUp();
    const headers = { 'X-SIGNATURE': signature(BODY), 'Content-Type': 'application/json' };
    expect(await ask({ source: 'ampeco', body, headers, ...parts })).toMatchObject({
      verdict: 'verifies',
      match: { source: 'ampeco', secret: 'present', form: 'body:hex' },
      rejection: null,
    });
  });

  it('may be empty', async () => {
    const { ask } = setUp();
    const headers = { 'x-signature': signature('') };
    expect(await ask({ source: 'ampeco', body: '', headers })).toMatchObject({ verdict: 'verifies' });
  });

  it('need not have headers', async () => {
    const { ask } = setUp();
    const answer = await ask({ source: 'ampeco', body: BODY, headers: null });
    expect(answer).toMatchObject({
      verdict: 'unexplained',
      match: null,
      findings: [{ code: 'signature-missing' }],
    });
  });

  it.each([
    ['hex of half a byte', { bodyEncoding: 'hex', body: 'abc' }, 'body'],
    ['hex with other letters', { bodyEncoding: 'hex', body: 'zz' }, 'body'],
    ['base64 with other characters', { bodyEncoding: 'base64', body: 'ab$=' }, 'body'],
    ['a number for a header', { body: BODY, headers: { 'x-timestamp': 5 } }, 'headers.x-timestamp'],
    ['a list for a header', { body: BODY, headers: { 'x-signature': ['a'] } }, 'headers.x-signature'],
    ['a rejection beside a body', { body: BODY, rejectionId: newUuidV7(0) }, 'rejectionId'],
    ['an encoding nobody knows', { body: BODY, bodyEncoding: 'utf-16' }, 'bodyEncoding'],
    ['a body that is no text', { body: { a: 1 } }, 'body'],
    ['headers in a list', { body: BODY, headers: ['x-signature: a'] }, 'headers'],
  ])('is refused with %s', async (_, parts, name) => {
    const { ask } = setUp();
    await expect(ask({ source: 'ampeco', ...parts })).rejects.toMatchObject(refusal(name) as object);
  });

  it.each(['__proto__', 'constructor', 'toString'])('is refused with a header called %s', async (name) => {
    const { ask } = setUp();
    const headers = Object.fromEntries([[name, 'x']]);
    await expect(ask({ source: 'ampeco', body: BODY, headers })).rejects.toMatchObject({
      code: 'unknown-parameter',
    });
  });

  it('is explained for sources that are there', async () => {
    const { ask } = setUp();
    await expect(ask({ source: 'nobody', body: BODY })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is explained without showing a secret, or what it would sign', async () => {
    const { ask } = setUp();
    const headers = { 'x-signature': signature(BODY, 'the-token-of-others') };
    const answer = JSON.stringify(await ask({ source: 'ampeco', body: `${BODY}\n`, headers }));
    expect(answer).toContain('theirs');
    for (const secret of [
      SECRET,
      'the-token-of-others',
      signature(BODY),
      signature(`${BODY}\n`),
      headers['x-signature'],
    ])
      expect(answer).not.toContain(secret);
  });
});

describe('a kept rejection', () => {
  it('is the newest of its source, or the one that is named', async () => {
    const { ask, keep } = setUp();
    const first = keep(SOURCE, 1_000, BODY, { 'x-signature': signature(BODY) });
    const second = keep(SOURCE, 2_000, BODY, { 'x-signature': signature(BODY, 'the-token-of-others') });
    keep(OTHER, 3_000, BODY, {});
    expect(await ask({ source: 'ampeco' })).toMatchObject({
      verdict: 'configurable',
      findings: [{ code: 'secret-of-other-source' }],
      rejection: { rejectionId: second, receivedAt: '1970-01-01T00:00:02.000Z' },
    });
    expect(await ask({ source: 'ampeco', rejectionId: first.toUpperCase() })).toMatchObject({
      verdict: 'verifies',
      rejection: { rejectionId: first },
    });
  });

  it('of another source, or of nobody, is not found', async () => {
    const { ask, keep } = setUp();
    const theirs = keep(OTHER, 1_000, BODY, {});
    for (const rejectionId of [theirs, newUuidV7(0)])
      await expect(ask({ source: 'ampeco', rejectionId })).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask({ source: 'ampeco' })).rejects.toMatchObject({ code: 'not-found' });
  });
});
