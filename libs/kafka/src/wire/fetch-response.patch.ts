import { createRequire } from 'node:module';
import { readFetchedRecords, type AbortedTransaction, type ReadAllowance } from './fetched-records.js';
import type { FetchedMessage } from './record-batch.js';
import { RecordReader } from './record-reader.js';

/** The part of kafkajs 2.2.4's `src/protocol/requests/fetch/v11/response` that the patch replaces. */
export interface FetchResponseModule {
  decode: (bytes: Buffer) => Promise<unknown>;
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  /** None: their records are marked already. */
  readonly abortedTransactions: readonly [];
  readonly preferredReadReplica: number;
  readonly messages: readonly FetchedMessage[];
}

const PATCHED_VERSION = '2.2.4';
const PATCHED = Symbol.for('chargelog.fetch-response-patch');
/** Of one answer, all partitions together; an answer has at most 16 MB, but compressed ones grow twentyfold. */
const ANSWER_ALLOWANCE_BYTES = 32 * 1_024 * 1_024;
const MAGIC_BYTE_AT = 16;

/**
 * Replaces the reader of fetch answers in kafkajs (version 11 of the call, which brokers from 2.3 on speak), for what a
 * single record of one partition could do with the client's own:
 *
 * - 20,000 headers stop the process for minutes, 125,000 records in a batch stop the consumer;
 * - a batch that cannot be read (damaged, unknown method of compression) stops all other partitions too;
 * - damage is not noticed, because checksums are not looked at, and garbage is taken for records;
 * - a batch that compaction has emptied is asked for again and again, without an error;
 * - compressed batches take as much memory as they like.
 *
 * Changes nothing and says so when kafkajs is not the version this was written for. Remove with the client.
 *
 * @returns undefined when in place, otherwise why it is not; the intake works either way.
 */
export function applyFetchResponsePatch(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require('kafkajs/package.json') as { version: string };
    const response = require('kafkajs/src/protocol/requests/fetch/v11/response') as FetchResponseModule;
    const original = response.decode;
    if (PATCHED in response) return undefined;
    if (version !== PATCHED_VERSION) return `written for kafkajs ${PATCHED_VERSION}, found ${version}`;
    if (typeof original !== 'function') return 'the fetch response of kafkajs does not look as expected';
    response.decode = async (bytes) => (await decodeFetchResponse(bytes)) ?? original(bytes);
    Object.defineProperty(response, PATCHED, { value: true });
    return undefined;
  } catch (error) {
    return `kafkajs was not found in the expected shape: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * Fetch response, version 11 (https://kafka.apache.org/protocol#The_Messages_Fetch), in the client's shape.
 *
 * @returns undefined when a partition holds messages in a format from before Kafka 0.11, which is left to the client.
 */
export async function decodeFetchResponse(bytes: Buffer): Promise<unknown> {
  const reader = new RecordReader(bytes);
  const clientSideThrottleTime = reader.int32();
  const errorCode = reader.int16();
  const sessionId = reader.int32();
  const allowance = { bytes: ANSWER_ALLOWANCE_BYTES };
  const responses: { topicName: string; partitions: readonly FetchedPartition[] }[] = [];
  for (let topics = reader.int32(); topics > 0; topics -= 1) {
    const topicName = reader.bytes(reader.int16())?.toString() ?? '';
    const partitions: FetchedPartition[] = [];
    for (let count = reader.int32(); count > 0; count -= 1) {
      const partition = await decodePartition(reader, allowance);
      if (partition === undefined) return undefined;
      partitions.push(partition);
    }
    responses.push({ topicName, partitions });
  }
  // The client waits for `clientSideThrottleTime`; the other would be a wait that the broker has done already (KIP-219).
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function decodePartition(
  reader: RecordReader,
  allowance: ReadAllowance,
): Promise<FetchedPartition | undefined> {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64().toString();
  const lastStableOffset = reader.int64().toString();
  const lastStartOffset = reader.int64().toString();
  const aborted: AbortedTransaction[] = [];
  for (let count = reader.int32(); count > 0; count -= 1) {
    aborted.push({ producerId: reader.int64(), firstOffset: reader.int64() });
  }
  const preferredReadReplica = reader.int32();
  const records = reader.bytes(reader.int32()) ?? Buffer.alloc(0);
  if (records.length > MAGIC_BYTE_AT && (records[MAGIC_BYTE_AT] ?? 0) < 2) return undefined;
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    lastStartOffset,
    abortedTransactions: [],
    preferredReadReplica,
    messages: await readFetchedRecords(records, aborted, allowance),
  };
}
