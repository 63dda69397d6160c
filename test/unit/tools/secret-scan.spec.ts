import { describe, expect, it } from 'vitest';
import { secretsIn } from '@test/secret-scan.js';

const SECRET = 'tokén/with+all "sorts" 0001';
const bytes = Buffer.from(SECRET);
const KEY = Buffer.from('00ff10a0b1c2d3e4f5061728394a5b6c', 'hex');

describe('secretsIn', () => {
  it.each([
    ['as it is', `a=${SECRET}&`],
    ['in a URL', `?key=${encodeURIComponent(SECRET)}`],
    ['in JSON', JSON.stringify({ a: SECRET })],
    ['in hex', `\\x${bytes.toString('hex').toUpperCase()}`],
    ...[0, 1, 2, 3].map((n): [string, string] => [
      `in base64 behind ${n} bytes`,
      Buffer.from(`${'x'.repeat(n)}${SECRET}yz`).toString('base64'),
    ]),
    ['in base64url', Buffer.from(`x${SECRET}`).toString('base64url')],
    ['in bytes of a database', `\\x${Buffer.from(`{"a":"${bytes.toString('base64')}"}`).toString('hex')}`],
  ])('finds a secret %s', (_, text) => {
    expect(secretsIn(text, { token: SECRET })[0]).toMatch(/^token: /);
  });

  it('finds bytes that are no text', () => {
    expect(secretsIn(`\\xaa${KEY.toString('hex')}`, { key: KEY })).toHaveLength(1);
    expect(secretsIn(`aa ${KEY.toString('base64')}`, { key: KEY }).length).toBeGreaterThan(0);
  });

  it('finds nothing where there is nothing', () => {
    expect(secretsIn('the quick brown fox'.repeat(100), { token: SECRET, key: KEY })).toEqual([]);
  });
});
