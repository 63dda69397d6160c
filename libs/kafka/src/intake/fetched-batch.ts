import type { Batch, KafkaMessage } from 'kafkajs';
import { unreadableOf } from '../wire/fetched-records.js';

/** What a fetch brought of one partition. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for. */
  readonly fetchedOffset: bigint | undefined;
  readonly high: bigint;
  readonly messages: readonly KafkaMessage[];
  /** Last offset that counts as read when all messages are stored. */
  readonly lastOffset: bigint;
  /** Of the last message; undefined when unknown. */
  readonly leaderEpoch: number | undefined;
  /** Why the record batch behind the messages cannot be read; undefined when there is no such one. */
  readonly unreadable: string | undefined;
}

export function toFetchedBatch(batch: Batch): FetchedBatch {
  // The types of kafkajs 2.2.4 leave the member out.
  const { fetchedOffset }: { readonly fetchedOffset?: string } & Partial<Batch> = batch;
  const unreadable = unreadableOf(batch.messages.at(-1));
  const messages = unreadable === undefined ? batch.messages : batch.messages.slice(0, -1);
  return {
    topic: batch.topic,
    partition: batch.partition,
    fetchedOffset: fetchedOffset === undefined ? undefined : BigInt(fetchedOffset),
    high: BigInt(batch.highWatermark),
    messages,
    lastOffset: unreadable === undefined ? endOf(batch) : BigInt(messages.at(-1)?.offset ?? -1),
    leaderEpoch: leaderEpochOf(messages.at(-1)),
    unreadable,
  };
}

/** How many leaders the partition had had when a message was written; undefined when unknown. */
export function leaderEpochOf(message: KafkaMessage | undefined): number | undefined {
  const known: { readonly leaderEpoch?: number } & Partial<KafkaMessage> = message ?? {};
  return known.leaderEpoch;
}

/** What the client knows of the record batch a message came in, although its types do not say so; record format v2. */
interface RecordBatch {
  readonly firstOffset?: string;
  readonly lastOffsetDelta?: number;
}

/**
 * Last offset of the last record batch; records that compaction or a transaction took from its end count as read. Our own
 * reader puts a control record there; where the client reads by itself, the message knows its batch.
 */
function endOf(batch: Batch): bigint {
  const last = BigInt(batch.lastOffset());
  const known: { readonly batchContext?: RecordBatch } & Partial<KafkaMessage> = batch.messages.at(-1) ?? {};
  const { firstOffset, lastOffsetDelta } = known.batchContext ?? {};
  if (firstOffset === undefined || lastOffsetDelta === undefined) return last;
  const end = BigInt(firstOffset) + BigInt(lastOffsetDelta);
  return end > last ? end : last;
}
