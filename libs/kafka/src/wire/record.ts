import type { IHeaders } from 'kafkajs';
import { ByteReader } from './byte-reader.js';
import { decompress } from './decompress.js';
import type { RecordBatch } from './record-batch.js';

/**
 * A record as the client takes it: kafkajs' `KafkaMessage`, except that it needs to know nothing of the record's batch. On
 * the wire (sections "Record" and "Record Header" of "Message Format" in the Kafka documentation):
 *
 *     length            VARINT    of all that follows this member
 *     attributes        INT8      unused
 *     timestamp delta   VARLONG   to the batch's base timestamp
 *     offset delta      VARINT    to the batch's base offset
 *     key length        VARINT    −1 for none, then the key
 *     value length      VARINT    −1 for none (a tombstone), then the value
 *     header count      VARINT
 *       name length     VARINT    then the name, UTF-8
 *       value length    VARINT    −1 for none, then the value
 */
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
  /** Of its batch; undefined when unknown. */
  readonly leaderEpoch?: number;
}

/**
 * The records of a batch, decompressed, and how many bytes they take.
 *
 * @throws Error when they cannot be decompressed, or are not what the batch says they are.
 */
export async function readRecords(
  batch: RecordBatch,
): Promise<{ readonly messages: readonly FetchedMessage[]; readonly byteCount: number }> {
  const { codec, records, recordCount } = batch;
  // Compaction leaves batches without a record in place, and nothing behind their header.
  if (recordCount <= 0 && records.length === 0) return { messages: [], byteCount: 0 };
  const bytes = codec === 'none' ? records : await decompress(codec, records);
  const reader = new ByteReader(bytes);
  const messages: FetchedMessage[] = [];
  for (let i = 0; i < recordCount; i += 1) {
    const record = reader.bytes(reader.varint());
    if (record === null) throw new Error('a record of it has no length');
    messages.push(readRecord(batch, new ByteReader(record)));
  }
  // Stepping over the rest would lose records without a word.
  if (reader.remaining > 0) throw new Error('it holds more than the records that it counts');
  return { messages, byteCount: bytes.length };
}

function readRecord(batch: RecordBatch, reader: ByteReader): FetchedMessage {
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
    ...(batch.leaderEpoch >= 0 && { leaderEpoch: batch.leaderEpoch }),
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
function readHeaders(reader: ByteReader): Record<string, Buffer | Buffer[]> {
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
