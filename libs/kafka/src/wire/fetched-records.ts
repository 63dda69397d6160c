import type { KafkaMessage } from 'kafkajs';
import { BATCH_HEADER_BYTES, BATCH_PREFIX_BYTES, readRecordBatch, type RecordBatch } from './record-batch.js';
import { readRecords, type FetchedMessage } from './record.js';

/** A message in place of a record batch that cannot be read; nothing that follows the batch was read either. */
interface UnreadableMessage extends FetchedMessage {
  /** Why, as a part of a sentence. */
  readonly unreadable: string;
}

/** An aborted transaction, as the broker lists them: its records are for nobody. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** How much more may be read from one answer of the broker, in bytes of memory. Shared by its partitions. */
export interface ReadAllowance {
  bytes: number;
}

/** Of one partition: what compressed batches may become in memory before the rest is left for the next fetch. */
const PARTITION_ALLOWANCE_BYTES = 16 * 1_024 * 1_024;
/** What the objects around one record take, about. Without it a million tiny records would count as nothing. */
const RECORD_OVERHEAD_BYTES = 400;
/** Later than any record, so that the client never takes it for one from before the offset that was asked for. */
const BEYOND_ALL_OFFSETS = (2n ** 63n - 1n).toString();

/** Why a record batch cannot be read, when the message stands for one; undefined for every other message. */
export function unreadableOf(message: KafkaMessage | undefined): string | undefined {
  const known: { readonly unreadable?: string } & Partial<KafkaMessage> = message ?? {};
  return known.unreadable;
}

/**
 * Reads what the broker sent of one partition: record batches (`record-batch.ts`) one after the other, the last of which
 * may be cut short, because brokers cut the answer to size without looking.
 *
 * What moves the offset but is for nobody becomes a control record, which the client steps over: ends of transactions,
 * records of aborted transactions, and the offsets at the ends of batches that compaction has removed. The client's own
 * reader knows nothing of the last, and asks for the same offset for ever when an answer holds no record.
 *
 * A batch that cannot be read becomes a message that says why, see `unreadableOf`; reading ends there. At least one batch
 * is read, however little allowance there is; more only within it.
 */
export async function readFetchedRecords(
  bytes: Buffer,
  aborted: readonly AbortedTransaction[],
  allowance: ReadAllowance,
): Promise<readonly FetchedMessage[]> {
  const messages: FetchedMessage[] = [];
  const isForNobody = openTransactions(aborted);
  let own = PARTITION_ALLOWANCE_BYTES;
  for (let start = 0; bytes.length - start >= BATCH_PREFIX_BYTES;) {
    const end = start + BATCH_PREFIX_BYTES + bytes.readInt32BE(start + 8);
    // The answer was cut to size in the middle of a batch. Never of the first one (KIP-74): its length is damaged.
    if (end > bytes.length && start > 0) break;
    try {
      if (end > bytes.length || end < start + BATCH_HEADER_BYTES)
        throw new Error('its length cannot be right');
      const batch = readRecordBatch(bytes.subarray(start, end));
      const { messages: read, byteCount } = await readRecords(batch);
      if (isForNobody(batch)) for (const message of read) message.isControlRecord = true;
      addTo(messages, batch, read);
      const cost = byteCount + read.length * RECORD_OVERHEAD_BYTES;
      own -= cost;
      allowance.bytes -= cost;
    } catch (error) {
      messages.push(unreadable(error instanceof Error ? error.message : String(error)));
      break;
    }
    if (own <= 0 || allowance.bytes <= 0) break;
    start = end;
  }
  return messages;
}

function addTo(messages: FetchedMessage[], batch: RecordBatch, read: readonly FetchedMessage[]): void {
  // One by one: spread into arguments, 125,000 records of one batch are more than a call can have.
  for (const message of read) messages.push(message);
  if (read.length === 0) messages.push(emptied(batch.baseOffset));
  const reached = BigInt(messages.at(-1)?.offset ?? -1);
  if (reached < batch.lastOffset) messages.push(emptied(batch.lastOffset));
}

/** Decides batch by batch, in order, whether it ends a transaction or belongs to an aborted one. */
function openTransactions(aborted: readonly AbortedTransaction[]): (batch: RecordBatch) => boolean {
  const ahead = aborted.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const open = new Set<bigint>();
  return (batch) => {
    for (let next = ahead[0]; next !== undefined && next.firstOffset <= batch.lastOffset; next = ahead[0]) {
      open.add(next.producerId);
      ahead.shift();
    }
    // The end of a transaction, committed or aborted: a later one of this producer is listed again if it was aborted too.
    if (batch.isControl) open.delete(batch.producerId);
    return batch.isControl || (batch.isTransactional && open.has(batch.producerId));
  };
}

function emptied(offset: bigint): FetchedMessage {
  return {
    attributes: 0,
    timestamp: '-1',
    offset: offset.toString(),
    key: null,
    value: null,
    headers: {},
    isControlRecord: true,
  };
}

function unreadable(reason: string): UnreadableMessage {
  return { ...emptied(0n), offset: BEYOND_ALL_OFFSETS, isControlRecord: false, unreadable: reason };
}
