import type { FastifyInstance } from 'fastify';

const DOOR = '/webhooks/';
/** `type/subtype` of RFC 9110 §8.3.1, alone or before parameters: what Fastify takes. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+[ \t]*(;|$)/;
const STAND_IN = { 'content-type': 'application/octet-stream' };

/**
 * Fastify answers 415 to a Content-Type that is not well formed. A signed delivery must not be lost for that: it reads
 * the body as bytes either way, so such a header is covered by a stand-in. `request.raw.headers` keeps what was sent.
 * Costs a normal request one comparison.
 */
export function takeAnyContentType(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const sent = request.raw.headers['content-type'];
    if (
      sent !== undefined &&
      sent !== 'application/json' &&
      !MEDIA_TYPE.test(sent) &&
      request.raw.url?.startsWith(DOOR) === true
    ) {
      request.headers = STAND_IN;
    }
    done();
  });
}
