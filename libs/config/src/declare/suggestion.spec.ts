import { describe, expect, it } from 'vitest';
import { closestTo } from './suggestion.js';

describe('closestTo', () => {
  const known = ['brokers', 'topics', 'groupId', 'securityProtocol', 'ca', 'cert'];

  it.each([
    ['broker', 'brokers'],
    ['borkers', 'brokers'],
    ['group_id', 'groupId'],
    ['security-protocol', 'securityProtocol'],
    ['TOPICS', 'topics'],
    ['securtyProtocl', 'securityProtocol'],
    ['crt', 'cert'],
  ])('takes %s for %s', (word, meant) => {
    expect(closestTo(word, known)).toBe(meant);
  });

  it.each(['password', 'x', '', 'hostname'])('has no guess for %j', (word) => {
    expect(closestTo(word, known)).toBeUndefined();
  });
});
