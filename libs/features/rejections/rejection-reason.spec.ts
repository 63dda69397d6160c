import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rejectionReason } from './rejection-reason.js';

const digest = createHmac('sha256', 'a').update('b').digest();
const hex = digest.toString('hex');
const base64 = digest.toString('base64');

describe('rejectionReason', () => {
  it.each([
    ['no header', undefined, 'signature-missing'],
    ['an empty one', '', 'signature-missing'],
    ['white space', ' \t ', 'signature-missing'],
    ['hex', hex, 'signature-wrong'],
    ['hex in upper case with a prefix', `SHA256=${hex.toUpperCase()}`, 'signature-wrong'],
    ['base64', base64, 'signature-wrong'],
    ['base64 without its last character', base64.slice(0, -1), 'signature-wrong'],
    ['white space around it', ` ${hex} `, 'signature-wrong'],
    ['a word', 'none', 'signature-malformed'],
    ['hex cut short', hex.slice(1), 'signature-malformed'],
    ['two of them', `${hex}, ${hex}`, 'signature-malformed'],
    ['a line break inside', `${hex.slice(0, 32)}\n${hex.slice(32)}`, 'signature-malformed'],
  ])('says of %s what it is', (_, signature, reason) => {
    expect(rejectionReason({ 'x-signature': signature })).toBe(reason);
  });

  it('takes a header that was sent twice for what arrived', () => {
    expect(rejectionReason({ 'x-signature': [hex, hex] })).toBe('signature-malformed');
  });
});
