import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originalHeaders } from './original-headers.js';

describe('originalHeaders', () => {
  it('passes on what explains a webhook', () => {
    expect(originalHeaders({ 'content-type': 'application/json', 'x-signature': 'ab' })).toEqual({
      'original-content-type': 'application/json',
      'original-x-signature': 'ab',
    });
  });

  it.each([
    ['a value that would begin another header', { a: 'b\r\nset-cookie: c=d' }],
    ['a line break alone', { a: 'b\nc' }],
    ['a name that would', { 'a: b\r\nc': 'd' }],
    ['the key of a Kafka record', { ':key': 'a' }],
    ['what is not ASCII', { a: 'caf\u00e9' }],
    ['NUL', { a: 'b\0' }],
    ['a name in capitals or with spaces', { 'A b': 'c' }],
  ])('leaves out %s', (_, headers) => {
    expect(originalHeaders(headers as unknown as Record<string, string>)).toEqual({});
  });

  it('leaves out what would make the headers larger than clients take, and keeps the rest', () => {
    const headers = {
      large: 'a'.repeat(1_000_000),
      'x-one': 'a'.repeat(8_000),
      'x-two': 'a'.repeat(8_000),
      last: 'b',
    };
    expect(Object.keys(originalHeaders(headers))).toEqual(['original-x-one', 'original-last']);
  });

  it('gives nothing that a server cannot send or a client not read, whatever a record held', async () => {
    let headers: Record<string, string> = {};
    const server = createServer((_request, response) => response.writeHead(200, headers).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\r\n', '__proto__', 'a'.repeat(20_000)),
    );
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.oneof(text, fc.stringMatching(/^[a-z-]{1,9}$/)), text)),
          async (sent) => {
            headers = originalHeaders(Object.fromEntries(sent));
            const got = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
              get({ port, host: '127.0.0.1', agent: false }, (response) => {
                response.resume();
                resolve(response.headers);
              }).on('error', reject);
            });
            const original = Object.keys(got).filter((name) => name.startsWith('original-'));
            expect(original.toSorted()).toEqual(Object.keys(headers).toSorted());
          },
        ),
      );
    } finally {
      server.close();
    }
  });
});
