import { join } from 'node:path';
import { parseSecretKeys, type GatewayConfig } from '@chargelog/config';
import { Keyring } from './keyring.js';

/**
 * Opens the keys that seal what the database must not hold in clear. Beside a database of the operator's own nothing is
 * generated: a key that only this machine has would make what is sealed with it unreadable on every other instance.
 *
 * @returns undefined where there is no key, so nothing is sealed and stored
 */
export function openKeyring({
  secretsKeys,
  databaseUrl,
  dataDir,
}: Pick<GatewayConfig, 'secretsKeys' | 'databaseUrl' | 'dataDir'>): Keyring | undefined {
  if (secretsKeys?.from === 'file') return Keyring.open(secretsKeys.path, { isOwn: false });
  if (secretsKeys?.from === 'environment') {
    const read = parseSecretKeys(secretsKeys.keys.reveal());
    if (!read.ok) throw new Error(`CHARGELOG_SECRETS_KEY ${read.why}`);
    return Keyring.of(read.keys);
  }
  return databaseUrl === undefined ? Keyring.open(join(dataDir, 'secrets.key'), { isOwn: true }) : undefined;
}
