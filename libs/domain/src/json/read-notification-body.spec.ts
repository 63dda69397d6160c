import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNotificationBody, type ReadFailure, type ReadNotification } from './read-notification-body.js';

function read(text: string): ReadNotification {
  const result = readNotificationBody(Buffer.from(text));
  if (!result.ok) throw new Error(`refused: ${result.reason}: ${result.detail}`);
  return result;
}

function refuse(body: string | Buffer): ReadFailure {
  const result = readNotificationBody(Buffer.from(body));
  if (result.ok) throw new Error('was read');
  return result;
}

const named = (name: string) => JSON.stringify({ notification: name });
const nested = (levels: number) =>
  `{"notification":"A","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
const withKeys = (count: number) =>
  `{"notification":"A",${Array.from({ length: count - 1 }, (_, index) => `"k${index}":1`).join(',')}}`;

describe('readNotificationBody', () => {
  it('reads a notification', () => {
    expect(read('{"notification":"A","x":[{"y":1}]}')).toEqual({
      ok: true,
      value: { notification: 'A', x: [{ y: 1 }] },
      notification: 'A',
      text: '{"notification":"A","x":[{"y":1}]}',
      byteOrderMark: false,
      memberCount: 3,
      exactNumbers: false,
    });
  });

  it('strips a byte order mark for reading and says so', () => {
    expect(read('\ufeff{"notification":"A"}')).toMatchObject({
      byteOrderMark: true,
      text: '{"notification":"A"}',
    });
  });

  it('reads 64 levels and 20,000 keys, and no more', () => {
    expect(read(nested(64)).ok).toBe(true);
    expect(refuse(nested(65))).toEqual({
      ok: false,
      reason: 'too-deep',
      detail: 'The body nests 65 levels deep; at most 64 are read.',
    });
    expect(read(withKeys(20_000)).memberCount).toBe(20_000);
    expect(refuse(withKeys(20_001)).reason).toBe('too-many-keys');
  });

  it('refuses a body of nothing but brackets without recursing into it', () => {
    expect(refuse('[{"a":'.repeat(150_000)).reason).toBe('too-deep');
  });

  it('keeps __proto__ a plain member', () => {
    const { value } = read('{"notification":"A","__proto__":{"polluted":true}}');
    expect(Object.keys(value)).toEqual(['notification', '__proto__']);
    expect(value['polluted']).toBeUndefined();
  });

  it('takes a name of 255 UTF-16 units with any printable character', () => {
    const name = `${'é'.repeat(253)}🔌`;
    expect(read(named(name)).notification).toBe(name);
  });

  it.each([
    ['{"notification":"A"', 'not-json', 'The body ends before its JSON does'],
    ['', 'not-json', 'The body is empty.'],
    ['{"notification":"A",', 'not-json', ''],
    ['7', 'not-an-object', 'The body is JSON but a number, not an object.'],
    ['[]', 'not-an-object', 'The body is JSON but an array, not an object.'],
    ['null', 'not-an-object', 'The body is JSON but null, not an object.'],
    ['{"Notification":"A"}', 'no-notification-name', 'The body has no member "notification".'],
    ['{"notification":{}}', 'no-notification-name', 'The member "notification" is an object, not a string.'],
    [named(''), 'no-notification-name', 'The member "notification" is an empty string.'],
    [named('n'.repeat(256)), 'no-notification-name', 'The member "notification" has 256 characters'],
    [named('A\0'), 'no-notification-name', 'The member "notification" contains the character NUL at 1.'],
    [named('A\x7f'), 'no-notification-name', 'The member "notification" contains a control character at 1.'],
    [
      named('\udd0c'),
      'no-notification-name',
      'The member "notification" contains half of a surrogate pair at 0.',
    ],
  ])('refuses %s as %s', (body, reason, detail) => {
    const failure = refuse(body);
    expect(failure.reason).toBe(reason);
    expect(failure.detail).toContain(detail);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(refuse(Buffer.from([0x7b, 0xff, 0x7d]))).toEqual({
      ok: false,
      reason: 'not-utf8',
      detail: 'The body is not valid UTF-8.',
    });
  });

  it('says where JSON ends to be valid without quoting the body', () => {
    const { detail } = refuse('{"notification":"A","secret":"hunter2",}');
    expect(detail).toBe(
      'The body is not valid JSON at line 1, column 40 (character 39): a name in quotes should stand there. ' +
        'Around it, with letters and digits covered: ,"aaaaaa":"aaaaaa0",▸} .',
    );
  });

  it('answers to any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readNotificationBody(Buffer.from(bytes)).ok).toBeTypeOf('boolean');
      }),
    );
  });

  it('answers to JSON with bytes replaced, removed and repeated, and reads only what JSON.parse reads', () => {
    const mutation = fc.record({ at: fc.nat(), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) });
    const body = fc
      .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())
      .map((rest) => ({ notification: 'A', ...rest }));
    fc.assert(
      fc.property(body, fc.array(mutation, { maxLength: 4 }), (value, mutations) => {
        let bytes = Buffer.from(JSON.stringify(value));
        for (const { at, remove, insert } of mutations) {
          const start = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + remove)]);
        }
        const result = readNotificationBody(bytes);
        if (result.ok) expect(result.value).toEqual(JSON.parse(result.text));
        else expect(result.detail).toMatch(/^The .*\.$/);
      }),
    );
  });
});
