import { GatewayError } from '@chargelog/domain';
import type { AuditLog, SourceSecretStore } from '@chargelog/pipeline';
import type { Keyring } from './keyring.js';
import { context } from './source-secrets.js';

export interface RotationResult {
  /** Id of the key that seals from now on. */
  readonly keyId: string;
  /** Rows sealed again. */
  readonly resealed: number;
  /** Rows that no key of the file opens; they stay as they are. */
  readonly unreadable: number;
  /** Former keys that still stand in the file. */
  readonly formerKeys: number;
}

/**
 * Seals every stored secret again under the first key of the key file. The file in the data directory gets a new first
 * key here and loses the former ones at the end; a file of the operator's own is only read: its new first line is
 * written by whoever manages it, on every machine.
 *
 * A crash at any point leaves all keys in the file that any row needs: the new one is on disk before the first row is
 * sealed with it, the former ones go after the last row has changed. Running it again finishes the work.
 */
export class KeyRotation {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: SourceSecretStore,
    private readonly keyring: Keyring | undefined,
    private readonly audit: AuditLog,
  ) {}

  /** @throws GatewayError `conflict` where nothing is stored, or the operator's file holds no new key. */
  rotate(by: string): Promise<RotationResult> {
    const result = this.turn.then(() => this.rotateNow(by));
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async rotateNow(by: string): Promise<RotationResult> {
    const { keyring } = this;
    if (keyring === undefined) {
      throw new GatewayError(
        'conflict',
        'This gateway stores no secrets, so there is nothing to rotate: neither CHARGELOG_SECRETS_KEY_FILE nor CHARGELOG_SECRETS_KEY is set.',
      );
    }
    if (keyring.isOwn) keyring.prepend();
    else this.readNewKey(keyring);
    const { resealed, unreadable } = await this.sealAgain(keyring);
    if (keyring.isOwn) keyring.dropFormer();
    const result = { keyId: keyring.keyId, resealed, unreadable, formerKeys: keyring.formerKeyCount };
    await this.audit.record({
      actor: by,
      action: 'secrets.rotate-key',
      subject: keyring.keyId,
      detail: result,
    });
    return result;
  }

  private readNewKey(keyring: Keyring): void {
    try {
      keyring.reload();
    } catch (error) {
      throw new GatewayError('conflict', `The key file cannot be used: ${(error as Error).message}`, {
        cause: error,
      });
    }
    if (keyring.formerKeyCount > 0) return;
    throw new GatewayError(
      'conflict',
      'There is one key only. Put a new one (openssl rand -base64 32) before it, in CHARGELOG_SECRETS_KEY_FILE on a line of its own, on every instance (CHARGELOG_SECRETS_KEY: separated by a comma, then restart), and repeat this; afterwards remove the former one.',
    );
  }

  private async sealAgain(keyring: Keyring): Promise<{ resealed: number; unreadable: number }> {
    let resealed = 0;
    let unreadable = 0;
    for (const row of await this.store.listLive()) {
      if (row.sealed.keyId === keyring.keyId) continue;
      const aad = context(row.sourceId, row.name);
      const plain = keyring.open(row.sealed, aad);
      if (plain === undefined) {
        unreadable += 1;
        continue;
      }
      await this.store.reseal(row.id, row.sealed, keyring.seal(plain, aad));
      resealed += 1;
    }
    return { resealed, unreadable };
  }
}
