import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { chunked, requestBytes, type Request } from '@test/raw-http.js';
import { aBody, answersTo, DOOR, signed } from '@test/webhook-door.js';

const MAX_BODY = 300_000;

let gateway: GatewayWithDatabase;

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start({ env: { CHARGELOG_MAX_BODY_BYTES: String(MAX_BODY) } });
});
afterAll(() => gateway?.close());

describe('HTTP that is hostile', () => {
  const body = aBody();
  const tooLarge = Buffer.alloc(MAX_BODY + 1, 0x20);
  const smuggled = requestBytes({ path: '/webhooks/smuggled', method: 'GET', contentLength: false }).toString(
    'latin1',
  );
  const raw = (lines: readonly string[], rest: Buffer | string = '', end = '\r\n'): Buffer =>
    Buffer.concat([Buffer.from(`${lines.join(end)}${end}${end}`, 'latin1'), Buffer.from(rest)]);
  const post = ['POST /webhooks/ampeco HTTP/1.1', 'host: 127.0.0.1', ...signed(body)];
  const closing = [...post, 'connection: close'];
  const length = `content-length: ${body.length}`;
  it.each<readonly [string, Buffer, string]>([
    [
      'a length and chunks',
      raw(
        [...post, 'content-length: 4', 'transfer-encoding: chunked'],
        `${chunked(body).toString()}${smuggled}`,
      ),
      '400',
    ],
    [
      'chunks and a length',
      raw(
        [...post, 'transfer-encoding: chunked', 'content-length: 4'],
        `${chunked(body).toString()}${smuggled}`,
      ),
      '400',
    ],
    ['two lengths that differ', raw([...post, length, 'content-length: 0'], `${body}${smuggled}`), '400'],
    ['two lengths that agree', raw([...post, length, length], body), '400'],
    ['a list of lengths', raw([...post, `content-length: ${body.length}, ${body.length}`], body), '400'],
    ['a length with a sign', raw([...post, `content-length: +${body.length}`], body), '400'],
    ['a length below zero', raw([...post, 'content-length: -1'], body), '400'],
    ['a length in hexadecimal', raw([...post, 'content-length: 0x10'], body), '400'],
    ['a length beyond all numbers', raw([...post, `content-length: ${'9'.repeat(30)}`], body), '400'],
    ['chunks by another name', raw([...post, 'transfer-encoding: xchunked'], chunked(body)), '400'],
    [
      'chunks that are not the last coding',
      raw([...post, 'transfer-encoding: chunked, identity'], chunked(body)),
      '400',
    ],
    [
      'chunks twice',
      raw([...post, 'transfer-encoding: chunked', 'transfer-encoding: chunked'], chunked(body)),
      '400',
    ],
    ['a space before the colon', raw([...post, 'transfer-encoding : chunked'], chunked(body)), '400'],
    [
      'a vertical tab before the coding',
      raw([...post, 'transfer-encoding:\x0bchunked'], chunked(body)),
      '400',
    ],
    ['a folded header', raw([...post, 'transfer-encoding:', ' chunked'], chunked(body)), '400'],
    ['line feeds alone', raw([...closing, length], body, '\n'), '400'],
    ['carriage returns alone', raw([...closing, length], body, '\r'), '400'],
    ['a header without a colon', raw([...closing, length, 'nonsense'], body), '400'],
    ['a header name with a space', raw([...closing, length, 'x a: 1'], body), '400'],
    ['a header without a name', raw([...closing, length, ': 1'], body), '400'],
    [
      'a chunk size that is none',
      raw([...post, 'transfer-encoding: chunked'], 'zz\r\nabc\r\n0\r\n\r\n'),
      '400',
    ],
    [
      'a chunk size beyond all numbers',
      raw([...post, 'transfer-encoding: chunked'], `${'f'.repeat(17)}\r\nabc\r\n0\r\n\r\n`),
      '400',
    ],
    [
      'a chunk longer than it says',
      raw([...post, 'transfer-encoding: chunked'], '1\r\nabc\r\n0\r\n\r\n'),
      '400',
    ],
    [
      'chunk extensions of 20,000 characters',
      raw([...post, 'transfer-encoding: chunked'], `1;${'a'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`),
      '400',
    ],
    [
      'no host',
      raw(['POST /webhooks/ampeco HTTP/1.1', 'connection: close', ...signed(body), length], body),
      '400',
    ],
    [
      'two hosts',
      raw(
        [
          'POST /webhooks/ampeco HTTP/1.1',
          'host: a',
          'Host: b',
          'connection: close',
          ...signed(body),
          length,
        ],
        body,
      ),
      '400',
    ],
    ['another protocol', Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1'), '400'],
    ['HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), '400'],
    ['HTTP/3.7', raw(['POST /webhooks/ampeco HTTP/3.7', 'host: x', length], body), '400'],
    [
      'headers of 17 KiB',
      requestBytes({ path: DOOR, body, headers: signed(body, [`x-a: ${'a'.repeat(17_000)}`]) }),
      '431',
    ],
    [
      '101 headers',
      requestBytes({
        path: DOOR,
        body,
        headers: signed(
          body,
          Array.from({ length: 101 }, (_, i) => `x-${i}: 1`),
        ),
      }),
      '431',
    ],
    [
      'a body over the limit',
      requestBytes({ path: DOOR, body: tooLarge, headers: signed(tooLarge) }),
      '413 too-large',
    ],
    [
      'a body over the limit in chunks',
      requestBytes({
        path: DOOR,
        body: chunked(tooLarge),
        contentLength: false,
        headers: signed(tooLarge, ['transfer-encoding: chunked']),
      }),
      '413 too-large',
    ],
    ['an announced terabyte', raw([...post, 'content-length: 1000000000000'], '{'), '413 too-large'],
    [
      'an expectation that cannot be met',
      requestBytes({ path: DOOR, body, headers: signed(body, ['expect: 200-ok']) }),
      '417',
    ],
    [
      'an upgrade',
      requestBytes({ path: DOOR, body: aBody(), headers: ['upgrade: websocket'] }),
      '401 bad-signature',
    ],
    [
      'a body behind GET',
      raw(['GET /health/live HTTP/1.1', 'host: x', 'content-length: 5'], `abcde${smuggled}`),
      '200',
    ],
  ])('%s', async (_what, bytes, answer) => {
    expect(await answersTo(gateway, bytes)).toBe(answer);
  });

  it.each<readonly [string, () => Request, string]>([
    ['HTTP/1.0', () => ({ path: DOOR, version: 'HTTP/1.0' }), '202 stored'],
    ['an absolute URL, as to a proxy', () => ({ path: `http://elsewhere.example${DOOR}` }), '202 stored'],
    [
      'an encoding that the body does not have',
      () => ({ path: DOOR, headers: ['content-encoding: gzip'] }),
      '202 stored',
    ],
    [
      'a content type of 8,000 characters',
      () => ({ path: DOOR, headers: [`content-type: a/${'b'.repeat(8_000)}`] }),
      '202 stored',
    ],
    [
      'a header with bytes that are no text',
      () => ({ path: DOOR, headers: ['x-tenant: \xff\xfe\x80'] }),
      '202 stored',
    ],
    [
      'headers that every object has',
      () => ({ path: DOOR, headers: ['x-__proto__: 1', '__proto__: 2', 'constructor: 3'] }),
      '202 stored',
    ],
    [
      'a wait for the word to go on',
      () => ({ path: DOOR, headers: ['expect: 100-continue'] }),
      '100, 202 stored',
    ],
  ])('and harmless: %s', async (_what, request, answer) => {
    const own = aBody();
    const given = request();
    const bytes = requestBytes({ body: own, ...given, headers: signed(own, given.headers ?? []) });
    expect(await answersTo(gateway, bytes)).toBe(answer);
  });
});
