import {
  createTestDatabase,
  GatewayProcess,
  unique,
  WEBHOOK_SECRET,
  WEBHOOK_YAML,
  type TestDatabase,
} from '@chargelog/testing';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunked, exchange, requestBytes, signatureLine, type RawAnswer, type Request } from './raw-http.js';

/** Room for a body with more keys than are read. */
const MAX_BODY = 300_000;
const DOOR = '/webhooks/ampeco';

let db: TestDatabase;
let gateway: GatewayProcess;

beforeAll(async () => {
  db = await createTestDatabase();
  gateway = await GatewayProcess.start({
    database: db.connection,
    yaml: WEBHOOK_YAML,
    env: { CHARGELOG_MAX_BODY_BYTES: String(MAX_BODY) },
  });
});
afterAll(async () => {
  await gateway?.close();
  await db?.drop();
});

/** `202 stored`, `202 quarantined not-json`, `401 bad-signature`, `400`: what an answer says in short. */
async function inShort({ status, body }: RawAnswer): Promise<string> {
  const said = (body === '' ? {} : JSON.parse(body)) as Record<string, string | undefined>;
  if (status < 400) {
    const reason =
      said['quarantineId'] &&
      (await gateway.api<{ reason: string }>(`/v1/quarantine/${said['quarantineId']}`)).body.reason;
    return [status, said['outcome'], reason].filter((part) => part !== undefined).join(' ');
  }
  return said['code'] === undefined ? String(status) : `${status} ${said['code']}`;
}

/** @returns the answers of one connection in short, after a look at whether the gateway is well */
async function answersTo(bytes: Buffer): Promise<string> {
  const answers = await exchange(gateway.baseUrl, bytes);
  for (const { status, head, body } of answers) {
    if (status >= 400 && body !== '')
      expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  }
  const told = await Promise.all(answers.map(inShort));
  expect((await fetch(`${gateway.baseUrl}/health/ready`)).status).toBe(200);
  return told.join(', ');
}

const signed = (body: Buffer | string, more: readonly string[] = []): readonly string[] => [
  signatureLine(body, WEBHOOK_SECRET),
  ...more,
];
const aBody = (more = ''): string =>
  `{"notification":"x.y","n":${unique()},"timestamp":"2026-03-14T09:26:53Z"${more}}`;
const withName = (name: string): string => `{"notification":${name},"n":${unique()}}`;

describe('a signed body that is hostile', () => {
  const nested = (levels: number): string =>
    `{"notification":"x","a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const keys = Array.from({ length: 20_001 }, (_, i) => `"k${i}":0`).join(',');
  const rows: readonly (readonly [string, Buffer | string, string])[] = [
    ['nothing', '', 'quarantined not-json'],
    ['a byte order mark alone', '\uFEFF', 'quarantined not-json'],
    ['one NUL', '\0', 'quarantined not-json'],
    ['one brace', '{', 'quarantined not-json'],
    ['the middle of a text', '{"notification":"x', 'quarantined not-json'],
    ['a comma too many', '{"notification":"x",}', 'quarantined not-json'],
    ['two documents', '{"notification":"x"}{"notification":"y"}', 'quarantined not-json'],
    ['single quotes', "{'notification':'x'}", 'quarantined not-json'],
    ['a comment', '{"notification":"x"/**/}', 'quarantined not-json'],
    ['NaN', '{"notification":"x","a":NaN}', 'quarantined not-json'],
    ['a number with a leading zero', '{"notification":"x","a":01}', 'quarantined not-json'],
    ['a bare line feed in a text', '{"notification":"x","a":"\n"}', 'quarantined not-json'],
    ['an escape that is none', '{"notification":"\\x41"}', 'quarantined not-json'],
    ['XML', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'quarantined not-json'],
    ['a form', 'notification=x&a=1', 'quarantined not-json'],
    ['gzip', gzipSync('{"notification":"x"}'), 'quarantined not-utf8'],
    ['a byte that is not UTF-8', Buffer.from('{"notification":"\xff"}', 'latin1'), 'quarantined not-utf8'],
    ['an overlong slash', Buffer.from('{"notification":"\xc0\xaf"}', 'latin1'), 'quarantined not-utf8'],
    [
      'half a surrogate in UTF-8',
      Buffer.from('{"notification":"\xed\xa0\x80"}', 'latin1'),
      'quarantined not-utf8',
    ],
    ['UTF-16', Buffer.from('\uFEFF{"notification":"x"}', 'utf16le'), 'quarantined not-utf8'],
    ['an array', '[{"notification":"x"}]', 'quarantined not-an-object'],
    ['a number', '7', 'quarantined not-an-object'],
    ['null', 'null', 'quarantined not-an-object'],
    ['a text', '"notification"', 'quarantined not-an-object'],
    ['no name', '{}', 'quarantined no-notification-name'],
    ['an empty name', withName('""'), 'quarantined no-notification-name'],
    ['a name that is a number', withName('7'), 'quarantined no-notification-name'],
    ['a name that is an object', withName('{"toString":"x"}'), 'quarantined no-notification-name'],
    ['a name with NUL', withName('"a\\u0000b"'), 'quarantined no-notification-name'],
    ['a name with a line feed', withName('"a\\nb"'), 'quarantined no-notification-name'],
    ['a name that is half a surrogate', withName('"\\ud800"'), 'quarantined no-notification-name'],
    ['a name of 256 characters', withName(`"${'n'.repeat(256)}"`), 'quarantined no-notification-name'],
    ['65 levels', nested(65), 'quarantined too-deep'],
    ['100,000 brackets', '['.repeat(100_000), 'quarantined too-deep'],
    ['20,001 keys', `{"notification":"x",${keys}}`, 'quarantined too-many-keys'],
    ['64 levels', nested(64), 'stored'],
    ['a byte order mark', `\uFEFF${aBody()}`, 'stored'],
    ['the same key three times', aBody(',"a":1,"a":2,"a":3'), 'stored'],
    ['__proto__ and constructor', aBody(',"__proto__":{"a":1},"constructor":{"prototype":{}}'), 'stored'],
    ['NUL in a text', aBody(',"a":"\\u0000"'), 'stored'],
    ['half a surrogate in a text', aBody(',"a":"\\udfff"'), 'stored'],
    ['a number beyond any double', aBody(',"a":1e99999'), 'stored'],
    ['a number of 50,000 digits', aBody(`,"a":${'9'.repeat(50_000)}`), 'stored'],
    ['a text of 200 kB', aBody(`,"a":"${'a'.repeat(200_000)}"`), 'stored'],
    ['a name that is SQL', withName(`"x'); drop table event; --"`), 'stored'],
    ['a name that is a path', withName('"../../../etc/passwd"'), 'stored'],
    ['a name that every object has', withName('"__proto__"'), 'stored'],
    [
      'an id beyond bigint',
      `{"notification":"BootNotification","n":${unique()},"chargePointId":9223372036854775808}`,
      'stored',
    ],
    [
      'an id that is an object',
      `{"notification":"BootNotification","n":${unique()},"chargePointId":{"$gt":0}}`,
      'stored',
    ],
    [
      'an id with NUL',
      `{"notification":"TariffChangedNotification","n":${unique()},"tariff":{"id":"a\\u0000"}}`,
      'stored',
    ],
    [
      'a list where a session belongs',
      `{"notification":"SessionUpdateNotification","n":${unique()},"session":[[]]}`,
      'stored',
    ],
    [
      'a time before all calendars',
      `{"notification":"x","n":${unique()},"timestamp":"-0001-11-30T00:00:00Z"}`,
      'stored',
    ],
    [
      'a 30th of February',
      `{"notification":"x","n":${unique()},"timestamp":"2026-02-30T00:00:00Z"}`,
      'stored',
    ],
    ['the year 9999', `{"notification":"x","n":${unique()},"timestamp":"9999-12-31T23:59:59Z"}`, 'stored'],
    ['the year 1', `{"notification":"x","n":${unique()},"timestamp":"0001-01-01T00:00:00Z"}`, 'stored'],
  ];

  it.each(rows)('%s', async (_what, body, outcome) => {
    expect(await answersTo(requestBytes({ path: DOOR, body, headers: signed(body) }))).toBe(`202 ${outcome}`);
  });
});

describe('a signature that is hostile', () => {
  const body = aBody();
  const [right = ''] = signed(body);
  const hex = right.slice('x-signature: '.length);
  it.each<readonly [string, readonly string[], string]>([
    ['none', [], '401 bad-signature'],
    ['an empty one', ['x-signature:'], '401 bad-signature'],
    ['that of another body', signed('{}'), '401 bad-signature'],
    ['of another secret', [signatureLine(body, 'another-secret')], '401 bad-signature'],
    ['cut short', [right.slice(0, -1)], '401 bad-signature'],
    ['with a digit too many', [`${right}0`], '401 bad-signature'],
    ['by SHA-1 as it says', [`x-signature: sha1=${hex}`], '401 bad-signature'],
    ['the right one and a wrong one', [right, `x-signature: ${'0'.repeat(64)}`], '401 bad-signature'],
    ['the right one twice', [right, right], '401 bad-signature'],
    ['in Cyrillic', ['x-signature: \xd0\xb0\xd0\xb1'], '401 bad-signature'],
    ['of 10,000 characters', [`x-signature: ${'a'.repeat(10_000)}`], '401 bad-signature'],
    ['with NUL in it', [`x-signature: ${hex}\0`], '400'],
    [
      'under another header',
      [`authorization: Bearer ${hex}`, `x-signature-256: ${hex}`],
      '401 bad-signature',
    ],
  ])('%s', async (_what, headers, answer) => {
    expect(await answersTo(requestBytes({ path: DOOR, body, headers }))).toBe(answer);
  });
});

describe('a path or a method that is hostile', () => {
  const body = aBody();
  const at = (path: string, more: Partial<Request> = {}): Request => ({
    path,
    body,
    headers: signed(body),
    ...more,
  });
  it.each<readonly [string, Request, string]>([
    ['a source that is not there', at('/webhooks/nobody'), '404 not-found'],
    ['in capitals', at('/webhooks/AMPECO'), '404 not-found'],
    ['with NUL', at('/webhooks/ampeco%00'), '404 not-found'],
    ['what every object has', at('/webhooks/__proto__'), '404 not-found'],
    ['a method of every object', at('/webhooks/toString'), '404 not-found'],
    ['up and down again', at('/webhooks/../webhooks/ampeco'), '404 not-found'],
    ['up, encoded', at('/webhooks/..%2fv1%2fevents'), '404 not-found'],
    ['no source', at('/webhooks/'), '404 not-found'],
    ['something behind the source', at('/webhooks/ampeco/more'), '404 not-found'],
    ['an encoding that is none', at('/webhooks/%zz'), '400'],
    ['a source of 301 characters', at(`/webhooks/${'a'.repeat(301)}`), '414'],
    ['a request line of 20,000 characters', at(`${DOOR}?${'a'.repeat(20_000)}`), '431'],
    ['GET with a body', at(DOOR, { method: 'GET' }), '404 not-found'],
    ['PUT', at(DOOR, { method: 'PUT' }), '404 not-found'],
    ['DELETE', at(DOOR, { method: 'DELETE' }), '404 not-found'],
    ['TRACE', at(DOOR, { method: 'TRACE' }), '404 not-found'],
    ['a method that is none', at(DOOR, { method: 'FROB' }), '400'],
    ['a method in small letters', at(DOOR, { method: 'post' }), '400'],
    ['CONNECT', at('127.0.0.1:22', { method: 'CONNECT' }), ''],
  ])('%s', async (_what, request, answer) => {
    expect(await answersTo(requestBytes(request))).toBe(answer);
  });
});

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
    expect(await answersTo(bytes)).toBe(answer);
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
    expect(await answersTo(bytes)).toBe(answer);
  });
});
