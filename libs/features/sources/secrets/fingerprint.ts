import { createHash } from 'node:crypto';

/**
 * Tells secrets apart without giving any away: the first 12 hex digits of a SHA-256 with a prefix of its own, so that no
 * digest computed elsewhere (a key's hash, say) can be compared with it.
 */
export function fingerprintOf(secret: string): string {
  return createHash('sha256')
    .update('chargelog source secret\0')
    .update(secret, 'utf8')
    .digest('hex')
    .slice(0, 12);
}
