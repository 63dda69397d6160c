import { createHash, timingSafeEqual } from 'node:crypto';

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

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
