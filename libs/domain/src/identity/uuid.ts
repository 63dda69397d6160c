import { Buffer } from 'node:buffer';
import { randomFillSync } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The text form of RFC 9562 §4, lower case. Takes the first 16 bytes. */
export function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a UUID of any version, upper or lower case; undefined for any other text. */
export function parseUuid(text: string): Buffer | undefined {
  return UUID.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : undefined;
}

const RANDOM_POOL_BYTES = 4_096;
const pool = Buffer.allocUnsafe(RANDOM_POOL_BYTES);
let poolAt = RANDOM_POOL_BYTES;

let lastMs = -1;
let counter = 0;

/**
 * A new UUID version 7 (RFC 9562 §5.7), for delivery keys of webhooks and for the ids of keys, secrets, rejections and
 * replays. Ids made by one process in one millisecond ascend by the 12-bit counter of §6.2 method 1, up to at least 2,048
 * of them; then, and when the clock steps back, only the order is lost, as 62 random bits keep every id unique.
 *
 * @param now ms since 1970 UTC; for a delivery, its arrival
 */
export function newUuidV7(now: number): string {
  const bytes = Buffer.allocUnsafe(16);
  takeRandom(bytes.subarray(6));
  // A new millisecond starts in the lower half of the counter's range, so that it has room to count.
  counter = now === lastMs && counter < 0xfff ? counter + 1 : bytes.readUInt16BE(6) & 0x7ff;
  lastMs = now;
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return formatUuid(bytes);
}

/** One call into the kernel's generator per 409 ids instead of one per id. */
function takeRandom(target: Buffer): void {
  if (poolAt + target.length > RANDOM_POOL_BYTES) {
    randomFillSync(pool);
    poolAt = 0;
  }
  pool.copy(target, 0, poolAt, poolAt + target.length);
  poolAt += target.length;
}
