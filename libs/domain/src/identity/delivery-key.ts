import { Buffer } from 'node:buffer';
import { hash, randomFillSync } from 'node:crypto';
import { formatUuid } from './uuid.js';

const RANDOM_POOL_BYTES = 4_096;
const pool = Buffer.allocUnsafe(RANDOM_POOL_BYTES);
let poolAt = RANDOM_POOL_BYTES;

let lastMs = -1;
let counter = 0;

/**
 * A delivery key for a webhook: UUID version 7 (RFC 9562 §5.7). Keys made by one process in one millisecond ascend by
 * the 12-bit counter of §6.2 method 1, up to at least 2,048 of them; then, and when the clock steps back, only the
 * order is lost, as 62 random bits keep every key unique.
 *
 * @param now arrival, ms since 1970 UTC
 */
export function newDeliveryKey(now: number): string {
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

/** One call into the kernel's generator per 409 keys instead of one per key. */
function takeRandom(target: Buffer): void {
  if (poolAt + target.length > RANDOM_POOL_BYTES) {
    randomFillSync(pool);
    poolAt = 0;
  }
  pool.copy(target, 0, poolAt, poolAt + target.length);
  poolAt += target.length;
}

/** What names a Kafka record for ever. */
export interface KafkaRecordName {
  /** Name of the source. */
  readonly source: string;
  readonly clusterId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * The delivery key of a Kafka record: UUID version 8 (RFC 9562 §5.8) from SHA-256 over the record's coordinates, so
 * that a record read again is the same delivery. Stored; a change would make re-read records look like new copies.
 */
export function kafkaDeliveryKey(name: KafkaRecordName): string {
  const parts = [
    'kafka',
    name.source,
    name.clusterId,
    name.topic,
    String(name.partition),
    String(name.offset),
  ];
  const digest = hash('sha256', parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''), 'binary');
  const bytes = Buffer.from(digest.slice(0, 16), 'latin1');
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return formatUuid(bytes);
}
