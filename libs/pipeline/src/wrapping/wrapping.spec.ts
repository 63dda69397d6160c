import { deflateSync, gzipSync } from 'node:zlib';
import { formatUuid } from '@chargelog/domain';
import { aDelivery } from '@test/drafts.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepare } from '../prepare.js';
import { BODY_FORMATS, type BodyFormat } from './body-format.js';
import { declaredUnpackedBytes, MAX_UNPACKED_BYTES } from './gzip.js';

/** With a number that no double holds, and spacing and escapes that writing it again would change. */
const INNER =
  '{ "notification":"cdr.received","id":"\\u0061\\/b", "createdAt":"2026-03-14T09:26:53Z","n":12345678901234567890.10 }';
const quoted = JSON.stringify(INNER);

const registry = (payload: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 0, 17]), Buffer.from(payload)]);

/** Format of a source, reason without it, body. */
const WRAPPED: readonly (readonly [format: BodyFormat, reason: string, what: string, body: Buffer])[] = [
  ['gzip', 'gzip', 'gzip', gzipSync(INNER)],
  [
    'utf-16',
    'utf-16',
    'UTF-16 with a byte order mark, little endian',
    Buffer.from(`\uFEFF${INNER}`, 'utf16le'),
  ],
  ['utf-16', 'utf-16', 'the same, big endian', Buffer.from(`\uFEFF${INNER}`, 'utf16le').swap16()],
  ['utf-16', 'utf-16', 'UTF-16 without a byte order mark', Buffer.from(INNER, 'utf16le')],
  ['utf-16', 'utf-16', 'the same, big endian', Buffer.from(INNER, 'utf16le').swap16()],
  ['schema-registry', 'schema-registry', 'the header of a schema registry', registry(INNER)],
  [
    'connect',
    'connect-envelope',
    'a Connect envelope',
    Buffer.from(`{"schema":{"type":"struct"},"payload":${INNER}}`),
  ],
  [
    'connect',
    'connect-envelope',
    'a Connect envelope around text',
    Buffer.from(`{"payload":${quoted},"schema":{"type":"string"}}`),
  ],
  [
    'cloudevents',
    'cloudevents-envelope',
    'a CloudEvents envelope',
    Buffer.from(`{"specversion":"1.0","id":"1","source":"/a","type":"t","data":${INNER}}`),
  ],
  [
    'cloudevents',
    'cloudevents-envelope',
    'a CloudEvents envelope in base64',
    Buffer.from(`{"specversion":"1.0","data_base64":"${Buffer.from(INNER).toString('base64')}"}`),
  ],
  [
    'sns',
    'sns-envelope',
    'an SNS envelope',
    Buffer.from(`{"Type":"Notification","TopicArn":"arn:aws:sns:a:1:t","Message":${quoted}}`),
  ],
  ['json-string', 'json-string', 'a JSON string', Buffer.from(quoted)],
  ['array', 'array', 'an array of one', Buffer.from(`[ ${INNER} ]`)],
];

const plainId = (): string => {
  const prepared = prepare(aDelivery({ body: Buffer.from(INNER) }));
  return prepared.outcome === 'event' ? formatUuid(prepared.id) : '';
};

describe('a body that is wrapped', () => {
  it.each(WRAPPED)(
    'with format %s is the same event, otherwise waits as %s: %s',
    (format, reason, _, body) => {
      const delivery = aDelivery({ body });
      const without = prepare(delivery);
      expect(without).toMatchObject({ outcome: 'quarantine', reason });
      expect(without.outcome === 'quarantine' && without.detail).toContain(`format: ${format}`);

      const prepared = prepare(delivery, [format]);
      if (prepared.outcome !== 'event') throw new Error(prepared.detail);
      expect(formatUuid(prepared.id)).toBe(plainId());
      expect(prepared.content).toEqual({ bytes: Buffer.from(INNER), how: format });
      expect(prepared.delivery.body.equals(body)).toBe(true);
    },
  );

  it.each(BODY_FORMATS)('is read as it is under format %s when it is not', (format) => {
    const prepared = prepare(aDelivery({ body: Buffer.from(INNER) }), [format]);
    expect(prepared).toMatchObject({ outcome: 'event', content: undefined });
  });

  it('several times over is unwrapped whatever the order of the formats', () => {
    const body = gzipSync(`{"specversion":"1.0","data":${quoted}}`);
    for (const formats of [
      ['gzip', 'cloudevents'],
      ['cloudevents', 'gzip'],
    ] as const)
      expect(prepare(aDelivery({ body }), formats)).toMatchObject({ content: { how: 'gzip, cloudevents' } });
    expect(prepare(aDelivery({ body }), ['gzip'])).toMatchObject({ reason: 'cloudevents-envelope' });
  });

  it('with gzip is unpacked without a setting where its header says so', () => {
    const headers = { 'content-encoding': 'GZIP' };
    expect(prepare(aDelivery({ body: gzipSync(INNER), headers }))).toMatchObject({ outcome: 'event' });
    expect(prepare(aDelivery({ body: Buffer.from(INNER), headers }))).toMatchObject({ outcome: 'event' });
  });
});

describe('a body that cannot be unwrapped says what to do', () => {
  it.each([
    ['zlib', deflateSync(INNER), 'compressed', 'compressed with zlib'],
    ['zstd', Buffer.from('28b52ffd04', 'hex'), 'compressed', 'compressed with zstd'],
    ['lz4', Buffer.from('04224d1864', 'hex'), 'compressed', 'compressed with lz4'],
    ['gzip that is cut off', gzipSync(INNER).subarray(0, 60), 'gzip', 'format: gzip'],
    [
      'Avro behind a registry header',
      registry(Buffer.from([2, 6, 0x66, 0x6f, 0x6f])),
      'schema-registry',
      'schema id 17',
    ],
    ['several in an array', Buffer.from(`[${INNER},${INNER}]`), 'array', 'an array of 2 elements'],
    ['an empty array', Buffer.from('[]'), 'array', 'an array of 0 elements'],
    [
      'a message of SNS itself',
      Buffer.from('{"Type":"SubscriptionConfirmation","TopicArn":"a","Message":"You","Token":"secret"}'),
      'sns-envelope',
      'SubscribeURL',
    ],
    ['a form', Buffer.from('payload=%7B%22notification%22%3A1%7D'), 'not-json', 'a form'],
    ['two notifications line by line', Buffer.from(`${INNER}\n${INNER}`), 'not-json', 'line 2, column 1'],
  ])('%s', (_, body, reason, detail) => {
    const prepared = prepare(aDelivery({ body }));
    expect(prepared).toMatchObject({ outcome: 'quarantine', reason });
    expect(prepared.outcome === 'quarantine' && prepared.detail).toContain(detail);
  });

  it.each([
    ['gzip that is damaged', damaged(gzipSync(INNER))],
    ['gzip that unpacks to more than it says', shortened(gzipSync(Buffer.alloc(1_000_000, 0x20)))],
  ])('with format gzip: %s', (_, body) => {
    expect(prepare(aDelivery({ body }), ['gzip'])).toMatchObject({ outcome: 'quarantine', reason: 'gzip' });
  });

  it('when it unpacks to too much, or is cut off, before it is unpacked', () => {
    const body = gzipSync(Buffer.alloc(MAX_UNPACKED_BYTES + 1, 0x20));
    for (const one of [body, gzipSync(INNER).subarray(0, 60)])
      expect(prepare(aDelivery({ body: one }), ['gzip'])).toMatchObject({ reason: 'too-large' });
    expect(declaredUnpackedBytes(body)).toBe(0);
    expect(declaredUnpackedBytes(gzipSync(INNER))).toBe(Buffer.byteLength(INNER));
  });
});

describe('prepare', () => {
  it('answers to any bytes under any formats', () => {
    const start = fc.constantFrom(
      '',
      '\u001f\u008b\u0008',
      '\u0000\u0000\u0000\u0000\u0001',
      '"',
      '[',
      '{"schema":1,"payload":',
      '{"specversion":"1","data":',
    );
    const body = fc
      .tuple(start, fc.uint8Array({ maxLength: 40 }))
      .map(([text, bytes]) => Buffer.concat([Buffer.from(text, 'latin1'), bytes]));
    fc.assert(
      fc.property(body, fc.subarray([...BODY_FORMATS]), (bytes, formats) => {
        expect(['event', 'quarantine']).toContain(prepare(aDelivery({ body: bytes }), formats).outcome);
      }),
      { numRuns: 500 },
    );
  });
});

/** The trailer claims less than there is. */
function shortened(body: Buffer): Buffer {
  body.writeUInt32LE(100, body.length - 4);
  return body;
}

function damaged(body: Buffer): Buffer {
  body.fill(0xff, 20, 40);
  return body;
}
