import { connect, type AddressInfo } from 'node:net';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuseUnreadable, refuseUnroutable } from './refusals.js';

const server = fastify({
  routerOptions: { maxParamLength: 20 },
  frameworkErrors: refuseUnroutable,
  clientErrorHandler: refuseUnreadable,
});
server.get('/v1/:id', () => 'found');

beforeAll(() => server.listen({ port: 0, host: '127.0.0.1' }));
afterAll(() => server.close());

/** Everything the server says to these bytes until it ends the connection. */
function answerTo(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1', () =>
      socket.write(bytes),
    );
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

describe('what is refused before any route', () => {
  it.each([
    ['a URL that is not well encoded', 'GET /v1/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
    [
      'an id longer than any',
      `GET /v1/${'a'.repeat(21)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      414,
    ],
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['a method that is none', 'FOO / HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['bytes that are not HTTP', '\x16\x03\x01\x00\xa5 nonsense\r\n\r\n', 400],
  ])('is a problem document: %s', async (_what, bytes, status) => {
    const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(Object.keys(JSON.parse(body) as object)).toEqual(['type', 'title', 'status', 'detail']);
    expect(body).not.toMatch(/FST_|HPE_|aaaa|%zz|node_modules/);
  });
});
