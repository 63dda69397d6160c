import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DatabaseUrl } from './database-url.js';
import { Secret } from './secret.js';

describe.each([
  ['Secret', new Secret('hunter2')],
  ['DatabaseUrl', new DatabaseUrl('postgres://u:hunter2@db/chargelog')],
])('%s', (_, secret) => {
  it('gives its value only when asked', () => {
    expect(secret.reveal()).toContain('hunter2');
  });

  it.each([
    ['a joined list', [secret].join('')],
    ['concatenation', 'by '.concat(secret as unknown as string)],
    ['JSON', JSON.stringify({ secret })],
    ['inspect', inspect({ deep: { secret } }, { depth: null, showHidden: true })],
    ['inspect without custom printers', inspect(secret, { customInspect: false, showHidden: true })],
    ['printf forms', format('%s %o %O %j', secret, secret, secret, secret)],
    ['an error message', new Error(String(secret)).message],
    ['its own members', JSON.stringify(Object.entries(secret))],
    ['a copy', JSON.stringify(Object.assign({}, secret))],
  ])('is not shown by %s', (_, text) => {
    expect(text).not.toContain('hunter2');
  });
});
