import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '@chargelog/config';
import { announce } from './announce.js';

let dir: string;
let out: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chargelog-announce-'));
  out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

function announced(roles: string): string {
  announce(
    {
      baseUrl: 'http://127.0.0.1:8080',
      intakeUrl: undefined,
      storage: 'a database',
      sources: [
        { id: 1, tenantId: 1, name: 'ampeco', kind: 'webhook', tenant: 'acme' },
        { id: 2, tenantId: 1, name: 'ampeco-kafka', kind: 'kafka', tenant: 'acme' },
      ],
      credentials: undefined,
      close: () => Promise.resolve(),
    },
    loadConfig({ CHARGELOG_ROLES: roles }, { cwd: dir }),
  );
  return out;
}

describe('the announcement at the start', () => {
  it('names the webhook, the API and its documentation', () => {
    expect(announced('webhook,kafka,api')).toMatch(
      / webhook +http:\/\/127\.0\.0\.1:8080\/webhooks\/ampeco [^]* kafka [^]* api +\S+\/v1\/events\n[^]* docs +\S+\/docs\n/,
    );
  });

  it.each([
    ['webhook', ['/v1/events', '/docs', 'Kafka', 'ampeco-kafka']],
    ['api', ['/webhooks/', 'Kafka', 'ampeco-kafka']],
    ['kafka', ['/webhooks/', '/v1/events', '/docs']],
    ['maintenance', ['/webhooks/', '/v1/events', '/docs', 'Kafka', 'ampeco-kafka']],
  ])('does not send anybody to what an instance with the role %s alone does not serve', (role, absent) => {
    announced(role);
    expect(out).toContain('/health/ready');
    for (const text of absent) expect(out).not.toContain(text);
  });
});
