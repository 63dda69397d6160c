import type { Caller } from '@chargelog/access';
import { describe, expect, it } from 'vitest';
import { visibleHeaders } from './visible-headers.js';

const HEADERS = { 'x-signature': 'ab', 'x-api-key': 'k', 'user-email': 'a@b.c', 'x-tenant': 'acme' };
const reader = (...scopes: Caller['scopes']): Caller => ({ actor: 'key', scopes, tenants: undefined });

describe('visibleHeaders', () => {
  it('leaves out what its name gives away, and says so', () => {
    expect(visibleHeaders(HEADERS, reader('events:read'))).toEqual({
      headers: { 'x-signature': 'ab', 'x-tenant': 'acme' },
      maskedHeaders: ['x-api-key', 'user-email'],
    });
  });

  it('shows all with the scope, and those that tell nothing to everybody', () => {
    expect(visibleHeaders(HEADERS, reader('events:read-sensitive'))).toEqual({ headers: HEADERS });
    const harmless = { 'x-timestamp': '2026-03-14T09:26:53.418203Z', 'x-webhook-id': '7', ':key': '1187' };
    expect(visibleHeaders(harmless, reader('events:read'))).toEqual({ headers: harmless });
  });
});
