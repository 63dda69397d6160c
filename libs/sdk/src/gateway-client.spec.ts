import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayClient } from './gateway-client.js';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function clientOf(answer: RequestListener, answerWithinMs?: number): Promise<GatewayClient> {
  const listening = (server = createServer(answer));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  return new GatewayClient({
    baseUrl,
    key: 'clk_1',
    ...(answerWithinMs !== undefined && { answerWithinMs }),
  });
}

describe('GatewayClient', () => {
  it('sends the key and the body, and gives the JSON of the answer', async () => {
    const client = await clientOf((request, response) => {
      request.on('data', (body: Buffer) =>
        response.end(JSON.stringify([request.method, request.headers.authorization, body.toString()])),
      );
    });

    expect(await client.call('POST', '/v1/keys', { name: 'a' })).toEqual([
      'POST',
      'Bearer clk_1',
      '{"name":"a"}',
    ]);
  });

  it('fails with the sentence of a problem document', async () => {
    const client = await clientOf((_request, response) =>
      response.writeHead(404).end('{"code":"not-found","detail":"No key has this id."}'),
    );

    await expect(client.call('GET', '/v1/keys/1')).rejects.toMatchObject({
      message: 'No key has this id.',
      detail: 'No key has this id.',
      status: 404,
    });
  });

  it('names address and status where the answer says nothing', async () => {
    const client = await clientOf((_request, response) => response.writeHead(502).end('<html>'));

    await expect(client.call('GET', '/v1/keys')).rejects.toMatchObject({
      message: `${client.baseUrl}/v1/keys answered 502.`,
      detail: undefined,
    });
  });

  it('does not follow a redirect, which would show the key to another address', async () => {
    const paths: (string | undefined)[] = [];
    const client = await clientOf((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });

    await expect(client.call('GET', '/v1/keys')).rejects.toMatchObject({ status: undefined });
    expect(paths).toEqual(['/v1/keys']);
  });

  it.each<[string, RequestListener]>([
    [
      'breaks in the middle of the answer',
      (_request, response) => response.write('{', () => response.destroy()),
    ],
    ['never comes', () => undefined],
  ])('reports an answer that %s as no answer', async (_what, answer) => {
    const client = await clientOf(answer, 500);

    await expect(client.call('GET', '/v1/keys')).rejects.toMatchObject({
      message: expect.stringContaining(`No answer from ${client.baseUrl}: `),
      status: undefined,
    });
  });
});
