import { GatewayError } from '@chargelog/domain';
import type { AuditLog } from '@chargelog/features/audit';
import type { Keyring, Sealed } from './keyring.js';

/** A ciphertext in the database. */
export interface SealedRow {
  readonly id: string;
  readonly sealed: Sealed;
  /** What the ciphertext is bound to, see {@link Keyring}. */
  readonly context: string;
}

/** The rows of one feature that hold ciphertexts. */
export interface SealedRows {
  /** Those sealed with another key than this one, page by page: there may be some hundred megabytes of them. */
  sealedOtherwise(keyId: string): AsyncIterable<readonly SealedRow[]>;
  /** Replaces ciphertexts; rows that were removed or changed since they were read are left out. */
  replace(rows: readonly (SealedRow & { readonly former: Sealed })[]): Promise<void>;
}

export interface RotationResult {
  /** Id of the key that seals from now on. */
  readonly keyId: string;
  /** Secrets and kept rejections sealed again. */
  readonly resealed: number;
  /** Those that no key of the file opens; they stay as they are. */
  readonly unreadable: number;
  /** Former keys that still stand in the file. */
  readonly formerKeys: number;
}

/**
 * Seals every stored secret and kept rejection again under the first key of the key file. The file in the data directory gets a new first
 * key here and loses the former ones at the end; a file of the operator's own is only read: its new first line is
 * written by whoever manages it, on every machine.
 *
 * A crash at any point leaves all keys in the file that any row needs: the new one is on disk before the first row is
 * sealed with it, the former ones go after the last row has changed. Running it again finishes the work.
 */
export class KeyRotation {
  private turn: Promise<unknown> = Promise.resolve();
  private readonly sealed: SealedRows[] = [];

  constructor(
    private readonly keyring: Keyring | undefined,
    private readonly audit: Pick<AuditLog, 'record'>,
  ) {}

  /** Every feature that stores ciphertexts names them here, or they become unreadable with the next rotation. */
  cover(rows: SealedRows): void {
    this.sealed.push(rows);
  }

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
    await keyring.stored(); // what was sealed before this moment is in a row by now, and found below
    const tally = { resealed: 0, unreadable: 0 };
    for (const rows of this.sealed) await sealAgain(rows, keyring, tally);
    const formerKeys = keyring.isOwn ? 0 : keyring.formerKeyCount;
    const result = { keyId: keyring.keyId, ...tally, formerKeys };
    // Before the last step, so that no rotation is complete without its entry.
    await this.audit.record({
      actor: by,
      action: 'secrets.rotate-key',
      subject: keyring.keyId,
      detail: result,
    });
    if (keyring.isOwn) keyring.dropFormer();
    return result;
  }

  private readNewKey(keyring: Keyring): void {
    keyring.reload();
    if (keyring.formerKeyCount > 0) return;
    throw new GatewayError(
      'conflict',
      'There is one key only. Put a new one (openssl rand -base64 32) before it, in CHARGELOG_SECRETS_KEY_FILE on a line of its own, on every instance (CHARGELOG_SECRETS_KEY: separated by a comma, then restart), and repeat this; repeat it once more after five seconds, when all instances have changed, then remove the former one.',
    );
  }
}

interface Tally {
  resealed: number;
  unreadable: number;
}

async function sealAgain(rows: SealedRows, keyring: Keyring, tally: Tally): Promise<void> {
  for await (const page of rows.sealedOtherwise(keyring.keyId)) {
    const resealed = page.flatMap((row) => {
      const plain = keyring.open(row.sealed, row.context);
      if (plain === undefined) {
        tally.unreadable += 1;
        return [];
      }
      tally.resealed += 1;
      return [{ ...row, former: row.sealed, sealed: keyring.seal(plain, row.context) }];
    });
    await rows.replace(resealed);
  }
}
