import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer, Receiver, SECRET } from '@test/simulator/receiver.js';
import { WebhookSender } from './webhook-sender.js';

let receiver: Receiver;
let sender: WebhookSender;

function senderTo(
  url: URL,
  options: { secret?: string; timeoutMs?: number; connections?: number } = {},
): WebhookSender {
  return new WebhookSender({
    url,
    secret: SECRET,
    tenant: 'acme',
    connections: 4,
    timeoutMs: 5_000,
    ...options,
  });
}

beforeEach(async () => {
  receiver = await Receiver.start();
  sender = senderTo(receiver.webhookUrl);
});

afterEach(async () => {
  await sender.close();
  await receiver.stop();
});

const body = (n: number): Buffer => Buffer.from(`{"notification":"evse.changed","evseId":${n},"x":"a\\/b"}`);

describe('WebhookSender', () => {
  it('sends the exact bytes with a signature that the receiver finds valid', async () => {
    const result = await sender.send('evse.changed', body(1));

    expect(result).toEqual({ kind: 'acknowledged', outcome: 'stored', eventId: 'event-1' });
    expect(receiver.received[0]?.body).toEqual(body(1));
  });

  it('signs in lower-case hex, with the headers AMPECO documents', async () => {
    const signed = senderTo(receiver.webhookUrl, { secret: 'sample-token-not-a-real-secret-1' });
    await signed.send(
      'chargePoint.changed',
      Buffer.from(
        '{"notification":"chargePoint.changed","chargePointId":1187,"action":"updated","lastUpdatedAt":"2026-03-14T09:26:53+00:00"}',
      ),
    );
    await signed.close();

    expect(receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-signature': '70639c7a8c3b03167d1606b4d3b32b3fdc6260346c21461a909db73701f9c56e',
      'x-timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      'x-tenant': 'acme',
      'x-webhook-id': expect.stringMatching(/^\d+$/),
      'x-webhook-type': 'chargePoint.changed',
    });
  });

  it('says how a copy was taken', async () => {
    await sender.send('evse.changed', body(1));

    expect(await sender.send('evse.changed', body(1))).toMatchObject({
      outcome: 'duplicate',
      eventId: 'event-1',
    });
  });

  it('counts any 2xx as taken when the receiver is not a gateway', async () => {
    receiver.misbehave = (_request, response) => {
      response.writeHead(200).end('ok');
      return true;
    };

    expect(await sender.send('x', body(1))).toEqual({ kind: 'acknowledged', outcome: 'taken' });
  });

  it('reports a refusal with its status and the wait that was asked for', async () => {
    receiver.misbehave = (_request, response) => {
      answer(response, 503, {}, { 'retry-after': '2' });
      return true;
    };

    expect(await sender.send('x', body(1))).toEqual({ kind: 'refused', status: 503, retryAfterMs: 2_000 });
  });

  it('is refused with a wrong secret', async () => {
    const wrong = senderTo(receiver.webhookUrl, { secret: 'another' });

    expect(await wrong.send('x', body(1))).toEqual({ kind: 'refused', status: 401 });
    await wrong.close();
  });

  it('reports a receiver that is not there', async () => {
    const url = receiver.webhookUrl;
    await receiver.stop();

    expect(await senderTo(url).send('x', body(1))).toEqual({ kind: 'unreachable', reason: 'ECONNREFUSED' });
  });

  it('reports a receiver that does not answer in time', async () => {
    receiver.misbehave = () => true;
    const hasty = senderTo(receiver.webhookUrl, { timeoutMs: 50 });

    expect(await hasty.send('x', body(1))).toEqual({ kind: 'unreachable', reason: 'ETIMEDOUT' });
    await hasty.close();
  });

  it('reports a connection that breaks in the middle of an answer', async () => {
    receiver.misbehave = (_request, response) => {
      response.writeHead(202, { 'content-length': '100' });
      response.write('{"outcome"', () => response.destroy());
      return true;
    };

    expect(await sender.send('x', body(1))).toMatchObject({ kind: 'unreachable' });
  });

  it('keeps its connections', async () => {
    for (let n = 0; n < 50; n++) await sender.send('evse.changed', body(n));

    expect(receiver.connectionCount).toBe(1);
  });
});
