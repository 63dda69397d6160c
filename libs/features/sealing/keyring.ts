import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { GatewayError } from '@chargelog/domain';
import { ensureKeyFile, KEY_BYTES, readKeyFile, writeKeyFile } from './key-file.js';

/** Ciphertext, and which key opens it. */
export interface Sealed {
  readonly keyId: string;
  readonly bytes: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A row sealed with a key that is not here may mean that another instance rotates; the file is read again, not more often. */
const READ_AGAIN_MS = 1_000;

interface MasterKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Seals and opens small secrets with AES-256-GCM under the keys of a file. The first key of the file seals, all of them
 * open. What is sealed is bound to a context (`aad`): a ciphertext moved to another row does not open there.
 */
export class Keyring {
  private keys: readonly MasterKey[];
  /** By `performance.now()`: a clock that is set back must not hide another instance's new key. */
  private readAt = performance.now();
  private readonly storing = new Set<Promise<unknown>>();

  private constructor(
    /** Undefined for keys of the environment, which stay as they are until the next start. */
    private readonly path: string | undefined,
    /** True for the file in the data directory, which is this gateway's to change. */
    readonly isOwn: boolean,
    keys: readonly Buffer[],
  ) {
    this.keys = keys.map(toMasterKey);
  }

  /**
   * @param options.isOwn the file is made when it is missing, and rotation may write it.
   * @throws Error when the file cannot be read or holds no key.
   */
  static open(path: string, options: { readonly isOwn: boolean }): Keyring {
    if (options.isOwn) ensureKeyFile(path);
    return new Keyring(path, options.isOwn, readKeyFile(path));
  }

  static of(keys: readonly Buffer[]): Keyring {
    return new Keyring(undefined, false, keys);
  }

  /** Id of the key that seals: a digest, nothing of the key itself. */
  get keyId(): string {
    return this.sealing.id;
  }

  seal(plaintext: Buffer, aad: string): Sealed {
    const key = this.sealing;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key.bytes, nonce).setAAD(Buffer.from(aad, 'utf8'));
    const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return { keyId: key.id, bytes: Buffer.concat([nonce, body, cipher.getAuthTag()]) };
  }

  /** Undefined when no key of the file opens it, or it was changed or sealed for another context. */
  open(sealed: Sealed, aad: string): Buffer | undefined {
    const key = this.find(sealed.keyId);
    const { bytes } = sealed;
    if (key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(aad, 'utf8'))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
  }

  /** Runs work that seals and stores what it sealed; {@link stored} waits for it. */
  async whileStoring<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.storing.add(running);
    try {
      return await running;
    } finally {
      this.storing.delete(running);
    }
  }

  /** Resolves when all that was being stored at this moment has been, or has failed: what comes later is sealed by the present key. */
  async stored(): Promise<void> {
    await Promise.allSettled(this.storing);
  }

  /**
   * Reads the file again. What it holds then counts, on this instance.
   *
   * @throws GatewayError `conflict` when it cannot be read or holds no key; the keys in memory stay.
   */
  reload(): void {
    if (this.path !== undefined) this.keys = readAgain(this.path).map(toMasterKey);
    this.readAt = performance.now();
  }

  /** A new first key; those before it go on opening. On disk before this returns. */
  prepend(): void {
    this.replaceKeys([randomBytes(KEY_BYTES), ...this.keys.map(({ bytes }) => bytes)]);
  }

  /** Drops every key but the first. */
  dropFormer(): void {
    this.replaceKeys([this.sealing.bytes]);
  }

  private replaceKeys(keys: readonly Buffer[]): void {
    if (this.path === undefined || !this.isOwn) throw new Error('these keys are the operator’s to change');
    writeKeyFile(this.path, keys);
    this.reload();
  }

  get formerKeyCount(): number {
    return this.keys.length - 1;
  }

  private get sealing(): MasterKey {
    const [first] = this.keys;
    if (first === undefined) throw new Error('a keyring without keys; this is a programming error');
    return first;
  }

  private find(keyId: string): MasterKey | undefined {
    const known = this.keys.find(({ id }) => id === keyId);
    if (known !== undefined || performance.now() - this.readAt < READ_AGAIN_MS) return known;
    try {
      this.reload();
    } catch {
      this.readAt = performance.now(); // being replaced at this moment, or gone: the keys in memory stay
    }
    return this.keys.find(({ id }) => id === keyId);
  }
}

function readAgain(path: string): readonly Buffer[] {
  try {
    return readKeyFile(path);
  } catch (error) {
    throw new GatewayError('conflict', `The key file cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function toMasterKey(bytes: Buffer): MasterKey {
  const id = createHash('sha256').update('chargelog secrets key\0').update(bytes).digest('hex').slice(0, 12);
  return { id, bytes };
}
