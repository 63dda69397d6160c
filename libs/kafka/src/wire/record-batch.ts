import type { IHeaders } from 'kafkajs';
import { decompress, type CodecName } from './codecs.js';
import { crc32c } from './crc32c.js';
import { RecordReader } from './record-reader.js';

/** Bytes of a record batch before those that its length counts: base offset and the length itself. */
export const BATCH_PREFIX_BYTES = 12;
/** All that stands before the records. */
export const BATCH_HEADER_BYTES = 61;
const CRC_END = 21;

/** Header of a record batch, format v2 (`org.apache.kafka.common.record.DefaultRecordBatch`). */
export interface RecordBatch {
  readonly baseOffset: bigint;
  /** Offset of the last record that was ever in it; compaction may have removed that and any other. */
  readonly lastOffset: bigint;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  /** Holds the end of a transaction, no record of a user. */
  readonly isControl: boolean;
  readonly recordCount: number;
  readonly codec: CodecName | 'none';
  readonly baseTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly isLogAppendTime: boolean;
  /** The records as they stand in the batch. */
  readonly records: Buffer;
}

/** A message as the client takes it; of the record's batch it needs to know nothing more. */
export interface FetchedMessage {
  readonly attributes: number;
  /** ms since 1970 UTC, as decimal digits. */
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  /** True: the client moves over it and hands it to nobody. */
  isControlRecord: boolean;
}

/** @throws when the checksum does not match, or the batch says something that cannot be. */
export function readRecordBatch(bytes: Buffer): RecordBatch {
  const reader = new RecordReader(bytes);
  const baseOffset = reader.int64();
  reader.int32(); // length: the caller has cut by it
  reader.int32(); // leader epoch
  const format = reader.int8();
  const expected = reader.uint32();
  // Disks do fail, and the broker hands out what it has without looking.
  if (crc32c(bytes.subarray(CRC_END)) !== expected) throw new Error('its checksum does not match its bytes');
  if (format !== 2) throw new Error(`its format ${format} is not known here`);
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
  const codec = (['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)[code];
  if (codec === undefined)
    throw new Error(`it is compressed by a method that is not known here, number ${code}`);
  return codec;
}

/** The records of a batch, decompressed, and how many bytes they take. */
export async function readRecords(
  batch: RecordBatch,
): Promise<{ readonly messages: readonly FetchedMessage[]; readonly byteCount: number }> {
  const { codec, records, recordCount } = batch;
  // Compaction leaves batches without a record in place, and nothing behind their header.
  if (recordCount <= 0 && records.length === 0) return { messages: [], byteCount: 0 };
  const bytes = codec === 'none' ? records : await decompress(codec, records);
  const reader = new RecordReader(bytes);
  const messages: FetchedMessage[] = [];
  for (let i = 0; i < recordCount; i += 1) {
    const record = reader.bytes(reader.varint());
    if (record === null) throw new Error('a record of it has no length');
    messages.push(readRecord(batch, new RecordReader(record)));
  }
  // Stepping over the rest would lose records without a word.
  if (reader.remaining > 0) throw new Error('it holds more than the records that it counts');
  return { messages, byteCount: bytes.length };
}

function readRecord(batch: RecordBatch, reader: RecordReader): FetchedMessage {
  const attributes = reader.int8();
  const timestampDelta = reader.varint();
  const offsetDelta = reader.varint();
  return {
    attributes,
    timestamp: timestampOf(batch, timestampDelta),
    offset: (batch.baseOffset + BigInt(offsetDelta)).toString(),
    key: reader.bytes(reader.varint()),
    value: reader.bytes(reader.varint()),
    headers: readHeaders(reader),
    isControlRecord: batch.isControl,
  };
}

function timestampOf({ isLogAppendTime, baseTimestamp, maxTimestamp }: RecordBatch, delta: number): string {
  if (isLogAppendTime) return maxTimestamp.toString();
  return Number.isSafeInteger(delta) ? (baseTimestamp + BigInt(delta)).toString() : '-1';
}

/**
 * Names with their values, of equal names all of them in order. The client's own reader copies all headers before for
 * each one: 20,000 of them, a record of 200 KB, took it two and a half minutes, in which the process did nothing else.
 */
function readHeaders(reader: RecordReader): Record<string, Buffer | Buffer[]> {
  // Without a prototype a header may be called `constructor` or `__proto__`.
  const headers = Object.create(null) as Record<string, Buffer | Buffer[]>;
  for (let count = reader.varint(); count > 0; count -= 1) {
    const name = reader.bytes(reader.varint())?.toString() ?? '';
    const value = reader.bytes(reader.varint()) ?? Buffer.alloc(0);
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else headers[name] = [before, value];
  }
  return headers;
}
