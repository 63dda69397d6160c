import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSecretKeys } from './secret-keys.js';

const key = randomBytes(32);
const former = randomBytes(32);

describe('parseSecretKeys', () => {
  it.each([
    ['hex', key.toString('hex')],
    ['base64', key.toString('base64')],
    ['base64url', key.toString('base64url')],
    ['remarks, blank lines and carriage returns', `# made in November\r\n\r\n${key.toString('hex')}\r\n`],
  ])('reads %s', (_what, text) => {
    expect(parseSecretKeys(text)).toEqual({ ok: true, keys: [key] });
  });

  it('keeps the order: the first seals, the others open', () => {
    const both = { ok: true, keys: [key, former] };
    expect(parseSecretKeys(`${key.toString('base64')}\n${former.toString('hex')}`)).toEqual(both);
    expect(parseSecretKeys(`${key.toString('base64')},${former.toString('hex')}`)).toEqual(both);
  });

  it.each([
    ['nothing', ''],
    ['only remarks', '# key\n'],
    ['a key that is too short', randomBytes(31).toString('hex')],
    ['a passphrase', 'correct horse battery staple'],
    ['a second line that is no key', `${key.toString('hex')}\nsecret-sentence`],
  ])('refuses %s without quoting it', (_what, text) => {
    const result = parseSecretKeys(text);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toMatch(/horse|sentence/);
  });
});
