import { describe, expect, it } from 'vitest';
import type { SignatureForm } from '@chargelog/domain';
import { stampFault } from './stamp-age.js';

const NOW = Date.UTC(2026, 2, 14, 9, 30);
const fault = (
  timestamp: string | undefined,
  form: SignatureForm = 'timestamp.body:hex',
  maxAgeMs?: number,
) => stampFault(timestamp, { secret: 'a', form }, { maxAgeMs }, NOW);
const MINUTES = 60_000;

describe('a signed X-Timestamp', () => {
  it.each([
    ['2026-03-14T09:30:00Z'],
    ['2026-03-14T09:15:00.000000Z'],
    ['2026-03-14T09:45:00Z'],
    ['2026-03-14T10:15:00+0100'],
    [String(NOW / 1_000 - 900)],
    [String(NOW - 900_000)],
    [` ${NOW / 1_000}`],
  ])('of %s is taken where 15 minutes are allowed', (timestamp) => {
    expect(fault(timestamp, 'timestamp.body:hex', 15 * MINUTES)).toBeUndefined();
  });

  it.each([
    ['2026-03-14T09:14:59.999Z', 'X-Timestamp is 900 s old; this source takes at most 900 s (maxAge).'],
    ['2026-03-13T09:30:00Z', 'X-Timestamp is 86400 s old; this source takes at most 900 s (maxAge).'],
    [
      '2026-03-14T10:30:00Z',
      'X-Timestamp is 3600 s ahead of the clock here; this source takes at most 900 s (maxAge).',
    ],
    [String(NOW / 1_000 - 901), 'X-Timestamp is 901 s old; this source takes at most 900 s (maxAge).'],
  ])('of %s is refused, with its age', (timestamp, detail) => {
    expect(fault(timestamp, 'body+timestamp:base64', 15 * MINUTES)).toBe(detail);
  });

  it.each([
    [undefined],
    [''],
    ['yesterday'],
    ['2026-02-30T09:30:00Z'],
    ['1e12'],
    ['-1773480413'],
    ['9'.repeat(400)],
  ])('that does not say how old the delivery is (%s) is refused', (timestamp) => {
    expect(fault(timestamp, 'timestamp+body:hex', 15 * MINUTES)).toMatch(/^X-Timestamp is neither .*maxAge/);
  });

  it('may be as old as it likes where no age is configured', () => {
    expect(fault('1970-01-01T00:00:00Z')).toBeUndefined();
    expect(fault(undefined)).toBeUndefined();
  });

  it('that is not signed proves nothing, and is not looked at', () => {
    expect(fault('1970-01-01T00:00:00Z', 'body:hex', MINUTES)).toBeUndefined();
  });
});
