import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unique } from '@test/drafts.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { requestBytes, signatureLine, type Request } from '@test/raw-http.js';
import { aBody, answersTo, DOOR, signed } from '@test/webhook-door.js';

/** Room for a body with more keys than are read. */
const MAX_BODY = 300_000;

let gateway: GatewayWithDatabase;

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start({ env: { CHARGELOG_MAX_BODY_BYTES: String(MAX_BODY) } });
});
afterAll(() => gateway?.close());

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
    ['gzip', gzipSync('{"notification":"x"}'), 'quarantined gzip'],
    ['a byte that is not UTF-8', Buffer.from('{"notification":"\xff"}', 'latin1'), 'quarantined not-utf8'],
    ['an overlong slash', Buffer.from('{"notification":"\xc0\xaf"}', 'latin1'), 'quarantined not-utf8'],
    [
      'half a surrogate in UTF-8',
      Buffer.from('{"notification":"\xed\xa0\x80"}', 'latin1'),
      'quarantined not-utf8',
    ],
    ['UTF-16', Buffer.from('\uFEFF{"notification":"x"}', 'utf16le'), 'quarantined utf-16'],
    ['an array', '[{"notification":"x"}]', 'quarantined array'],
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
    expect(await answersTo(gateway, requestBytes({ path: DOOR, body, headers: signed(body) }))).toBe(
      `202 ${outcome}`,
    );
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
    expect(await answersTo(gateway, requestBytes({ path: DOOR, body, headers }))).toBe(answer);
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
    ['in capitals', at('/webhooks/AMPECO'), '202 stored'],
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
    ['GET with a body', at(DOOR, { method: 'GET' }), '405 method-not-allowed'],
    ['PUT', at(DOOR, { method: 'PUT' }), '405 method-not-allowed'],
    ['DELETE', at(DOOR, { method: 'DELETE' }), '405 method-not-allowed'],
    ['TRACE', at(DOOR, { method: 'TRACE' }), '404 not-found'],
    ['a method that is none', at(DOOR, { method: 'FROB' }), '400'],
    ['a method in small letters', at(DOOR, { method: 'post' }), '400'],
    ['CONNECT', at('127.0.0.1:22', { method: 'CONNECT' }), ''],
  ])('%s', async (_what, request, answer) => {
    expect(await answersTo(gateway, requestBytes(request))).toBe(answer);
  });
});
