import { ByteReader } from './byte-reader.js';
import type { OwnCall } from './own-call.js';

/**
 * Where the records of a leader end in a partition's log: OffsetForLeaderEpoch, version 3 of the call, which brokers from
 * 2.4 on speak (KIP-101, KIP-320) and kafkajs does not. Asked of the partition's leader. `[]` is an INT32 count and as many
 * items.
 *
 *     Request                                Response
 *     replica id              INT32, −1      throttle time        INT32
 *     [topics]                               [topics]
 *       topic                 STRING           topic              STRING
 *       [partitions]                           [partitions]
 *         partition           INT32              error code       INT16
 *         current epoch       INT32, −1          partition        INT32
 *         leader epoch        INT32              leader epoch     INT32
 *                                                end offset       INT64
 */
export interface LeaderEpochEnd {
  readonly errorCode: number;
  /** Offset behind the last record of that leader or an earlier one; −1 when the log knows no leader so late. */
  readonly endOffset: bigint;
}

export function leaderEpochEndCall(
  topic: string,
  partition: number,
  leaderEpoch: number,
): OwnCall<LeaderEpochEnd> {
  return {
    apiKey: 23,
    apiVersion: 3,
    apiName: 'OffsetForLeaderEpoch',
    body: () => {
      const name = Buffer.from(topic);
      const numbers = (...values: readonly number[]): Buffer => {
        const bytes = Buffer.alloc(values.length * 4);
        values.forEach((value, index) => bytes.writeInt32BE(value, index * 4));
        return bytes;
      };
      const length = Buffer.alloc(2);
      length.writeInt16BE(name.length);
      return Buffer.concat([numbers(-1, 1), length, name, numbers(1, partition, -1, leaderEpoch)]);
    },
    read: readLeaderEpochEnd,
  };
}

/** @throws Error when the answer ends before it should. */
export function readLeaderEpochEnd(bytes: Buffer): LeaderEpochEnd {
  const reader = new ByteReader(bytes);
  reader.int32(); // throttle time
  reader.int32(); // topics: the one that was asked for
  reader.bytes(reader.int16());
  reader.int32(); // partitions
  const errorCode = reader.int16();
  reader.int32(); // partition
  reader.int32(); // leader epoch
  return { errorCode, endOffset: reader.int64() };
}
