import { join } from 'node:path';
import { parseSecretKeys, type GatewayConfig } from '@chargelog/config';
import { AccessGuard, AdminKey, KeyDesk, KeyDirectory, KeyStore } from '@chargelog/features/access';
import { AuditLog } from '@chargelog/features/audit';
import { RejectionStore, sealedRejections } from '@chargelog/features/rejections';
import { KeyRotation, Keyring } from '@chargelog/features/sealing';
import {
  SourceSecrets,
  type SecretSink,
  SourceSecretStore,
  sealedSecrets,
} from '@chargelog/features/sources';
import type { Log } from '@chargelog/telemetry';
import type { Credentials } from './credentials.js';
import type { ConfiguredWebhook } from './sources.js';
import type { Storage } from './storage.js';

/** Who may call, what verifies deliveries, and who did what. */
export interface AccessParts {
  readonly guard: AccessGuard;
  readonly keyring: Keyring | undefined;
  readonly keys: KeyDesk;
  readonly secrets: SourceSecrets;
  readonly rotation: KeyRotation;
  readonly audit: AuditLog;
}

export function openAccess(
  config: GatewayConfig,
  storage: Storage,
  credentials: Credentials | undefined,
  webhooks: readonly ConfiguredWebhook[],
  log: Log,
): AccessParts {
  const { dataSource } = storage.database;
  const keyring = openKeyring(config);
  const keyStore = new KeyStore(dataSource);
  const directory = new KeyDirectory(keyStore);
  const secretStore = new SourceSecretStore(dataSource);
  const audit = new AuditLog(dataSource);
  return {
    guard: new AccessGuard(adminKey(config, credentials), directory),
    keyring,
    keys: new KeyDesk(keyStore, directory),
    secrets: new SourceSecrets({ store: secretStore, keyring, configured: webhooks, log }),
    rotation: new KeyRotation(
      [sealedSecrets(secretStore), sealedRejections(new RejectionStore(dataSource))],
      keyring,
      audit,
    ),
    audit,
  };
}

/** One that passes every change on to several. */
export function allSinks(sinks: readonly (SecretSink | undefined)[]): SecretSink {
  return {
    replaceSecrets: (source, secrets) => {
      for (const sink of sinks) sink?.replaceSecrets(source, secrets);
    },
  };
}

/**
 * Beside a database of the operator's own nothing is generated: a key that only this machine has would make what is
 * sealed with it unreadable on every other instance.
 */
function openKeyring({ secretsKeys, databaseUrl, dataDir }: GatewayConfig): Keyring | undefined {
  if (secretsKeys?.from === 'file') return Keyring.open(secretsKeys.path, { isOwn: false });
  if (secretsKeys?.from === 'environment') {
    const read = parseSecretKeys(secretsKeys.keys.reveal());
    if (!read.ok) throw new Error(`CHARGELOG_SECRETS_KEY ${read.why}`);
    return Keyring.of(read.keys);
  }
  return databaseUrl === undefined ? Keyring.open(join(dataDir, 'secrets.key'), { isOwn: true }) : undefined;
}

function adminKey(config: GatewayConfig, credentials: Credentials | undefined): AdminKey | undefined {
  const key = config.adminKey?.reveal() ?? credentials?.adminKey;
  return key === undefined ? undefined : new AdminKey(key);
}
