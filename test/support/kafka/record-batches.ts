import zlib from 'node:zlib';
import { crc32c } from '@chargelog/kafka';

export interface RecordFixture {
  readonly value?: string | null;
  readonly key?: Buffer | null;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
}

export interface BatchFixture {
  readonly baseOffset?: number;
  readonly records: readonly RecordFixture[];
  /** Of the batch as it was written, before compaction. */
  readonly lastOffsetDelta?: number;
  readonly producerId?: number;
  readonly attributes?: number;
  readonly baseTimestamp?: bigint;
  readonly maxTimestamp?: bigint;
}

/** A record batch, format v2, with a right checksum. Attribute 1 compresses it by gzip. */
export function recordBatch(fixture: BatchFixture): Buffer {
  const { baseOffset = 0, records, attributes = 0, producerId = -1, baseTimestamp = 0n } = fixture;
  const encoded = Buffer.concat(records.map((record, index) => encodeRecord(record, index)));
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(baseOffset), 0);
  head.writeInt8(2, 16);
  head.writeInt16BE(attributes, 21);
  head.writeInt32BE(fixture.lastOffsetDelta ?? records.length - 1, 23);
  head.writeBigInt64BE(baseTimestamp, 27);
  head.writeBigInt64BE(fixture.maxTimestamp ?? baseTimestamp, 35);
  head.writeBigInt64BE(BigInt(producerId), 43);
  head.writeInt32BE(records.length, 57);
  const batch = Buffer.concat([head, attributes & 1 ? zlib.gzipSync(encoded) : encoded]);
  batch.writeInt32BE(batch.length - 12, 8);
  return sealed(batch);
}

/** The same batch with the checksum that its bytes have. */
export function sealed(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

function encodeRecord(record: RecordFixture, index: number): Buffer {
  const { value = 'v', key = null, headers = [], offsetDelta = index, timestampDelta = 0 } = record;
  const body = Buffer.concat([
    Buffer.of(0),
    varint(timestampDelta),
    varint(offsetDelta),
    lengthAnd(key),
    lengthAnd(value === null ? null : Buffer.from(value)),
    varint(headers.length),
    ...headers.flatMap(([name, text]) => [lengthAnd(Buffer.from(name)), lengthAnd(Buffer.from(text))]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function lengthAnd(bytes: Buffer | null): Buffer {
  return bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
