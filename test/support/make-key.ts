import { randomUUID } from 'node:crypto';
import type { Scope } from '@chargelog/http';
import type { GatewayProcess } from './gateway-process.js';

export interface Key {
  readonly keyId: string;
  readonly key: string;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

export interface KeyParts {
  readonly name?: string;
  /** Absent: all. */
  readonly tenants?: readonly string[];
  readonly expiresAt?: string;
}

/** A new API key with exactly these scopes. */
export async function makeKey(
  gateway: GatewayProcess,
  scopes: readonly Scope[],
  parts: KeyParts = {},
): Promise<Key> {
  const { status, body } = await gateway.api<Key>('/v1/keys', {
    method: 'POST',
    body: { name: randomUUID(), scopes, ...parts },
  });
  if (status !== 201) throw new Error(`a key was answered with ${status}: ${JSON.stringify(body)}`);
  return body;
}
