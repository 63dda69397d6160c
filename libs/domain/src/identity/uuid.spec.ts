import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUuid, parseUuid } from './uuid.js';

const TEXT = '0190163d-8694-739b-aea5-966c26f8ad91';

describe('formatUuid and parseUuid', () => {
  it('are inverse for any 16 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(parseUuid(formatUuid(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('write lower case and read both', () => {
    expect(formatUuid(Buffer.from('0190163D8694739BAEA5966C26F8AD91', 'hex'))).toBe(TEXT);
    expect(parseUuid(TEXT.toUpperCase())).toEqual(parseUuid(TEXT));
  });

  it.each([
    '',
    TEXT.slice(1),
    `${TEXT}0`,
    `{${TEXT}}`,
    TEXT.replaceAll('-', ''),
    TEXT.replace('a', 'g'),
    ` ${TEXT}`,
    `${TEXT}\n`,
  ])('do not read "%s"', (text) => {
    expect(parseUuid(text)).toBeUndefined();
  });
});
