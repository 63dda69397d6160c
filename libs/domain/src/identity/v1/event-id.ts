// Identity scheme 1, frozen from the first release on: a change here changes event ids and then needs scheme 2
// (docs/identity.md).
import { Buffer } from 'node:buffer';

/** The largest time an event id holds, the year 10889: 48 bits of milliseconds since 1970 UTC. */
const MAX_TIME = 2 ** 48 - 1;

/** Brings an instant, ms since 1970 UTC, into what an event id can hold. Only the time of an arrival can lie outside. */
function clampInstant(atMs: number): number {
  return Math.min(Math.max(Math.floor(atMs), 0), MAX_TIME);
}

/**
 * An event id: UUID version 8 (RFC 9562 §5.8) of 48 bits time, clamped, and then the first 10 bytes of the content
 * hash, of which version and variant replace six bits. Ids sort by time.
 *
 * @param contentHash the 32 bytes that `identify` gave
 * @param atMs ms since 1970 UTC: the own time, or for an undated body the arrival time of the first copy
 * @throws RangeError when the hash is too short or the time is not a number
 */
export function mintEventId(contentHash: Buffer, atMs: number): Buffer {
  if (contentHash.length < 10)
    throw new RangeError(`A content hash has 32 bytes, this one ${contentHash.length}.`);
  if (Number.isNaN(atMs)) throw new RangeError('An event id needs a time, this one is not a number.');
  const id = Buffer.allocUnsafe(16);
  id.writeUIntBE(clampInstant(atMs), 0, 6);
  contentHash.copy(id, 6, 0, 10);
  id[6] = (id[6]! & 0x0f) | 0x80;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return id;
}

/**
 * The time in an event id, ms since 1970 UTC: *occurred at*.
 *
 * @param id 16 bytes, or the text form
 * @throws RangeError when the text does not start like a UUID
 */
export function instantOfEventId(id: Buffer | string): number {
  if (typeof id !== 'string') return id.readUIntBE(0, 6);
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(id))
    throw new RangeError('An event id is a UUID, this text is not.');
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
