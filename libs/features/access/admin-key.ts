import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Every scope. Only a digest is held, so neither a dump of memory structures nor a log of this object shows the key. */
export class AdminKey {
  private readonly digest: Buffer;

  constructor(key: string) {
    this.digest = sha256(key);
  }

  /** Compares digests: equal length whatever is presented, in constant time. */
  matches(presented: string): boolean {
    return timingSafeEqual(this.digest, sha256(presented));
  }
}

/** 256 random bits behind a prefix that a person and a secret scanner recognize. */
export function generateKey(prefix: 'clk' | 'cls'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
