import zlib from 'node:zlib';

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
  return withChecksum(batch);
}

/** The same batch with the checksum that its bytes have. */
export function withChecksum(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

/** CRC-32C by the book, bit after bit: what the reader's own, which is made for speed, is held to. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
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
  // Lengths and deltas are small, and there are hundreds of thousands of them in a test.
  if (value >= -64 && value < 64) return Buffer.of(value < 0 ? -2 * value - 1 : 2 * value);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
