import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { takeAnyContentType } from './any-content-type.js';

describe('takeAnyContentType', () => {
  const server = fastify();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  takeAnyContentType(server);
  for (const path of ['/webhooks/a', '/v1/a']) {
    server.post(path, (request) => ({
      sent: request.raw.headers['content-type'] ?? null,
      bytes: (request.body as Buffer).length,
    }));
  }
  const post = (url: string, contentType?: string) =>
    server.inject({
      method: 'POST',
      url,
      payload: Buffer.from('{"a":1}'),
      headers: { 'content-type': contentType },
    });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/vnd.ampeco+json ;v=1',
    'garbage',
    ';;',
    '/',
    'a/b/c',
    'application/j(son',
    'application/json, text/plain',
    'application/jsön',
  ])('lets a delivery of type "%s" in, and keeps the header as sent', async (type) => {
    const answer = await post('/webhooks/a', type);
    expect([answer.statusCode, answer.json()]).toEqual([200, { sent: type, bytes: 7 }]);
  });

  it('changes nothing elsewhere', async () => {
    expect((await post('/v1/a', 'garbage')).statusCode).toBe(415);
  });
});
