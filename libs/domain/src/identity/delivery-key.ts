import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { formatUuid } from './uuid.js';

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
