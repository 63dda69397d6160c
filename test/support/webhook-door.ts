import { expect } from 'vitest';
import { unique } from './drafts.js';
import type { GatewayProcess } from './gateway-process.js';
import { exchange, signatureLine, type RawAnswer } from './raw-http.js';
import { WEBHOOK_SECRET } from './webhook-yaml.js';

/** The one source of `WEBHOOK_YAML`. */
export const DOOR = '/webhooks/ampeco';

/** A notification that is like no other; `more` are further members, each behind a comma. */
export const aBody = (more = ''): string =>
  `{"notification":"x.y","n":${unique()},"timestamp":"2026-03-14T09:26:53Z"${more}}`;

/** The header lines of a delivery that is signed. */
export const signed = (body: Buffer | string, more: readonly string[] = []): readonly string[] => [
  signatureLine(body, WEBHOOK_SECRET),
  ...more,
];

/** @returns the answers of one connection in short, after a look at whether the gateway is well */
export async function answersTo(gateway: GatewayProcess, bytes: Buffer): Promise<string> {
  const answers = await exchange(gateway.baseUrl, bytes);
  for (const { status, head, body } of answers) {
    if (status >= 400 && body !== '')
      expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  }
  const told = await Promise.all(answers.map((answer) => inShort(gateway, answer)));
  expect((await fetch(`${gateway.baseUrl}/health/ready`)).status).toBe(200);
  return told.join(', ');
}

/** `202 stored`, `202 quarantined not-json`, `401 bad-signature`, `400`: what an answer says in short. */
async function inShort(gateway: GatewayProcess, { status, body }: RawAnswer): Promise<string> {
  const said = (body === '' ? {} : JSON.parse(body)) as Record<string, string | undefined>;
  if (status < 400) {
    const reason =
      said['quarantineId'] &&
      (await gateway.api<{ reason: string }>(`/v1/quarantine/${said['quarantineId']}`)).body.reason;
    return [status, said['outcome'], reason].filter((part) => part !== undefined).join(' ');
  }
  return said['code'] === undefined ? String(status) : `${status} ${said['code']}`;
}
