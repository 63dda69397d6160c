import { ByteReader } from './byte-reader.js';
import { readFetchedRecords, type AbortedTransaction, type ReadAllowance } from './fetched-records.js';
import { isOldFormat } from './record-batch.js';
import type { FetchedMessage } from './record.js';

/**
 * A broker's answer to a fetch, version 11 of the call, in the shape that kafkajs makes of it. On the wire (section "Fetch
 * API" of the Kafka protocol guide, https://kafka.apache.org/protocol#The_Messages_Fetch; `[]` is an INT32 count and as many
 * items):
 *
 *     throttle time            INT32    ms
 *     error code               INT16
 *     session id               INT32
 *     [responses]
 *       topic                  STRING   INT16 length, then UTF-8
 *       [partitions]
 *         partition index      INT32
 *         error code           INT16
 *         high watermark       INT64
 *         last stable offset   INT64
 *         log start offset     INT64
 *         [aborted transactions]
 *           producer id        INT64
 *           first offset       INT64
 *         preferred replica    INT32
 *         records              INT32 length, then record batches (`record-batch.ts`)
 */
export interface FetchResponse {
  /** ms that the broker has waited already (KIP-219): 0, so that the client does not wait as long again. */
  readonly throttleTime: 0;
  /** ms that the client has to wait before its next request. */
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly FetchedPartition[];
  }[];
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

/** Of one answer, all partitions together; an answer has at most 16 MB, but compressed ones grow twentyfold. */
const ANSWER_ALLOWANCE_BYTES = 32 * 1_024 * 1_024;

/**
 * @returns undefined when a partition holds messages in a format from before Kafka 0.11, which is left to the client.
 * @throws Error when the answer ends before it should. A record batch that cannot be read is no error: see
 *   `readFetchedRecords`.
 */
export async function decodeFetchResponse(bytes: Buffer): Promise<FetchResponse | undefined> {
  const reader = new ByteReader(bytes);
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
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function decodePartition(
  reader: ByteReader,
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
  if (isOldFormat(records)) return undefined;
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
