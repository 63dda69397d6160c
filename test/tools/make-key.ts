import { randomUUID } from 'node:crypto';
import type { Scope } from '@chargelog/pipeline';
import type { GatewayProcess } from '@chargelog/testing';

/** A new API key with exactly these scopes; without tenants, for all. */
export async function makeKey(
  gateway: GatewayProcess,
  scopes: readonly Scope[],
  tenants?: readonly string[],
): Promise<string> {
  const { status, body } = await gateway.api<{ key: string }>('/v1/keys', {
    method: 'POST',
    body: { name: randomUUID(), scopes, ...(tenants && { tenants }) },
  });
  if (status !== 201) throw new Error(`a key was answered with ${status}: ${JSON.stringify(body)}`);
  return body.key;
}
