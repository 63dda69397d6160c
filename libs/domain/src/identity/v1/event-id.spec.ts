import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUuid } from '../uuid.js';
import { instantOfEventId, mintEventId } from './event-id.js';

const hash = Buffer.alloc(32, 0xff);

describe('mintEventId', () => {
  it('makes a UUID version 8 of time and hash', () => {
    expect(formatUuid(mintEventId(hash, 0x0123456789ab))).toBe('01234567-89ab-8fff-bfff-ffffffffffff');
    expect(formatUuid(mintEventId(Buffer.alloc(32), 0))).toBe('00000000-0000-8000-8000-000000000000');
  });

  it('clamps the time to 48 bits', () => {
    expect(instantOfEventId(mintEventId(hash, -1))).toBe(0);
    expect(instantOfEventId(mintEventId(hash, 2 ** 48))).toBe(2 ** 48 - 1);
    expect(instantOfEventId(mintEventId(hash, Number.POSITIVE_INFINITY))).toBe(2 ** 48 - 1);
    expect(instantOfEventId(mintEventId(hash, 1.9))).toBe(1);
  });

  it('refuses what cannot be an id', () => {
    expect(() => mintEventId(Buffer.alloc(9), 0)).toThrow(RangeError);
    expect(() => mintEventId(hash, Number.NaN)).toThrow(RangeError);
  });
});

describe('instantOfEventId', () => {
  it('reads the time from bytes and from text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (at) => {
        const id = mintEventId(hash, at);
        expect(instantOfEventId(id)).toBe(at);
        expect(instantOfEventId(formatUuid(id))).toBe(at);
        expect(instantOfEventId(formatUuid(id).toUpperCase())).toBe(at);
      }),
    );
  });

  it('refuses text that is no UUID', () => {
    expect(() => instantOfEventId('yesterday')).toThrow(RangeError);
  });
});
