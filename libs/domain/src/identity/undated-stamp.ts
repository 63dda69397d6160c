import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/**
 * Names an undated body together with what marks one sending of it: equal in every copy of one notification that its
 * sender repeats as it was, however late, and in a recorded request that is sent again.
 *
 * @param contentHash the 32 bytes that `identify` gave
 * @param stamp the text of `X-Timestamp`
 * @returns 16 bytes
 */
export function undatedStampKey(contentHash: Buffer, stamp: string): Buffer {
  return createHash('sha256').update(contentHash).update(stamp).digest().subarray(0, 16);
}
