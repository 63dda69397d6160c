import { ByteReader } from './byte-reader.js';
import { crc32c } from './crc32c.js';
import type { CodecName } from './decompress.js';

/**
 * The header of a record batch, format v2, which brokers write from Kafka 0.11 on (KIP-98; section "Record Batch" of
 * "Message Format" in the Kafka documentation):
 *
 *     base offset             INT64    of the first record that was ever in the batch
 *     length                  INT32    of all that follows this member
 *     partition leader epoch  INT32
 *     magic                   INT8     2: the format
 *     crc                     UINT32   CRC-32C of all that follows this member
 *     attributes              INT16    bits 0–2 codec, 3 log append time, 4 transactional, 5 control
 *     last offset delta       INT32
 *     base timestamp          INT64
 *     max timestamp           INT64
 *     producer id             INT64
 *     producer epoch          INT16
 *     base sequence           INT32
 *     record count            INT32
 *     records                 as `record.ts` describes them, compressed together
 */
export interface RecordBatch {
  readonly baseOffset: bigint;
  /** Offset of the last record that was ever in it; compaction may have removed that and any other. */
  readonly lastOffset: bigint;
  /** How many leaders the partition had had when the batch was written (KIP-101); −1 when the broker did not know. */
  readonly leaderEpoch: number;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  /** Holds the end of a transaction, no record of a user. */
  readonly isControl: boolean;
  readonly recordCount: number;
  readonly codec: CodecName | 'none';
  readonly baseTimestamp: bigint;
  readonly maxTimestamp: bigint;
  /** All records bear `maxTimestamp`, the time at which the broker wrote them. */
  readonly isLogAppendTime: boolean;
  /** The records as they stand in the batch. */
  readonly records: Buffer;
}

/** Bytes of a record batch before those that its length counts: base offset and the length itself. */
export const BATCH_PREFIX_BYTES = 12;
/** All that stands before the records. */
export const BATCH_HEADER_BYTES = 61;
const MAGIC_AT = 16;
const CRC_END = 21;
/** By the number in the attributes. */
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** Whether bytes are in a format from before Kafka 0.11, which this reader does not know. */
export function isOldFormat(bytes: Buffer): boolean {
  return bytes.length > MAGIC_AT && (bytes[MAGIC_AT] ?? 0) < 2;
}

/** @throws when the checksum does not match, or the batch says something that cannot be. */
export function readRecordBatch(bytes: Buffer): RecordBatch {
  const reader = new ByteReader(bytes);
  const baseOffset = reader.int64();
  reader.int32(); // length: the caller has cut by it
  const leaderEpoch = reader.int32();
  const magic = reader.int8();
  const crc = reader.uint32();
  // Disks do fail, and the broker hands out what it has without looking.
  if (crc32c(bytes.subarray(CRC_END)) !== crc) throw new Error('its checksum does not match its bytes');
  if (magic !== 2) throw new Error(`its format ${magic} is not known here`);
  const attributes = reader.int16();
  const lastOffsetDelta = reader.int32();
  const baseTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  const producerId = reader.int64();
  reader.int16(); // producer epoch
  reader.int32(); // base sequence
  const recordCount = reader.int32();
  return {
    baseOffset,
    lastOffset: baseOffset + BigInt(lastOffsetDelta),
    leaderEpoch,
    producerId,
    isTransactional: (attributes & 0x10) !== 0,
    isControl: (attributes & 0x20) !== 0,
    recordCount,
    codec: codecOf(attributes & 0x07),
    baseTimestamp,
    maxTimestamp,
    isLogAppendTime: (attributes & 0x08) !== 0,
    records: bytes.subarray(reader.offset),
  };
}

function codecOf(code: number): RecordBatch['codec'] {
  const codec = CODECS[code];
  if (codec === undefined)
    throw new Error(`it is compressed by a method that is not known here, number ${code}`);
  return codec;
}
