import { describe, expect, it } from 'vitest';
import type { Caller } from './caller.js';
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

  it('does not show the key of a Kafka record, which may be an id tag, without the scope', () => {
    const headers = { ':key': 'driver@example.org', trace: '1' };
    expect(visibleHeaders(headers, reader('events:read'))).toEqual({
      headers: { trace: '1' },
      maskedHeaders: [':key'],
    });
    expect(visibleHeaders(headers, reader('events:read', 'events:read-sensitive'))).toEqual({ headers });
  });

  it('shows all with the scope, and those that tell nothing to everybody', () => {
    expect(visibleHeaders(HEADERS, reader('events:read-sensitive'))).toEqual({ headers: HEADERS });
    const harmless = { 'x-timestamp': '2026-03-14T09:26:53.418203Z', 'x-webhook-id': '7' };
    expect(visibleHeaders(harmless, reader('events:read'))).toEqual({ headers: harmless });
  });
});
