import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { cutBounded, declaredUnpackedBytes, type AppendOutcome, type Prepared } from '@chargelog/pipeline';
import { appendUntilStored } from './append-until-stored.js';
import { errorText } from './client.js';
import { timingsOf } from './consumer-config.js';
import type { FetchedBatch } from './fetched-batch.js';
import type { IntakeContext } from './intake-context.js';
import { markOf } from './log-mark.js';
import type { AlignedLog } from './partition-ledger.js';
import { sizeOf, toDelivery } from './to-delivery.js';

/** Bounds of one append: rows for the statement, bytes for memory. A single larger record still makes a slice of its own. */
const SLICE_BOUNDS = { maxCount: 1_000, maxBytes: 4 * 1_024 * 1_024 };

export interface BatchRun {
  readonly context: IntakeContext;
  readonly clusterId: string;
  /** The log that the batch was read from. */
  readonly log: AlignedLog;
  readonly signal: AbortSignal;
  /** False when the rest of the batch need not be stored any more: closing, or the partition is no longer ours. */
  readonly isWanted: () => boolean;
  /** The event log did not take a slice; it is tried again. */
  readonly onTrouble: (error: unknown) => void;
  /** Everything below `nextOffset` is committed in the event log. */
  readonly onStored: (nextOffset: bigint) => void;
}

/**
 * Stores a fetched batch slice by slice, in order: prepare, append with the position the slice reaches, and only then
 * move on. Ends early, without an error, when the batch is no longer wanted.
 *
 * @throws what the client's heartbeat throws, which makes it join the group again.
 */
export async function storeBatch(
  payload: EachBatchPayload,
  batch: FetchedBatch,
  run: BatchRun,
): Promise<void> {
  const heartbeat = () => payload.heartbeat();
  const { context, clusterId, isWanted, signal } = run;
  const { topic, partition } = batch;
  const receivedAt = Date.now();
  const slices = cutBounded(batch.messages, SLICE_BOUNDS, sizeInSlice);
  let entries = prepareSlice(run, batch, slices[0], receivedAt);
  for (const [index, slice] of slices.entries()) {
    if (!isWanted()) return;
    const isLast = index === slices.length - 1;
    const nextOffset = (isLast ? batch.lastOffset : offsetOf(slice.at(-1))) + 1n;
    const log = { number: run.log.number, mark: markOf(run.log.topicId, slice.at(-1)) };
    const position = { sourceId: context.source.id, clusterId, topic, partition, nextOffset, log };
    const startedAt = performance.now();
    const appending = appendUntilStored(
      context.eventLog,
      { entries, positions: [position] },
      {
        heartbeatIntervalMs: timingsOf(context.config).heartbeatIntervalMs,
        heartbeat,
        isWanted,
        signal,
        onTrouble: run.onTrouble,
      },
    );
    // Not at the same time as the database writes: preparing is synchronous, and the event log sends its statement only when
    // that is over. Nor is anything fetched meanwhile: the client fetches again when its handler has returned.
    const ahead = prepareSlice(run, batch, slices[index + 1], receivedAt);
    const outcomes = await appending;
    if (outcomes === undefined) return;
    payload.resolveOffset((nextOffset - 1n).toString());
    run.onStored(nextOffset);
    report(context, batch, slice, outcomes, performance.now() - startedAt);
    entries = ahead;
    await heartbeat();
  }
}

/** With what a compressed value may be unpacked to: a slice of such records must not outgrow the memory. */
function sizeInSlice(message: KafkaMessage): number {
  return sizeOf(message) + declaredUnpackedBytes(message.value);
}

function prepareSlice(
  { context, clusterId }: BatchRun,
  { topic, partition }: FetchedBatch,
  slice: readonly KafkaMessage[] | undefined,
  receivedAt: number,
): readonly Prepared[] {
  const { source, prepare, log } = context;
  const origin = { source, clusterId, topic, partition, receivedAt };
  return (slice ?? []).filter(isNotTombstone).map((message) => {
    const delivery = toDelivery(origin, message);
    try {
      return prepare(delivery);
    } catch (error) {
      // A fault of ours in one record must not stop its partition for ever.
      const at = { source: source.name, topic, partition, offset: message.offset };
      log('error', 'record could not be processed and goes to quarantine', { ...at, err: error });
      const detail = `The record could not be processed: ${errorText(error)}`;
      return { outcome: 'quarantine', delivery, reason: 'not-json', detail };
    }
  });
}

/** A record without a value says that its key is done with (compacted topics): nothing that AMPECO notifies of. */
function isNotTombstone({ value }: KafkaMessage): boolean {
  return value !== null;
}

function report(
  context: IntakeContext,
  batch: FetchedBatch,
  slice: readonly KafkaMessage[],
  outcomes: readonly AppendOutcome[],
  appendMs: number,
): void {
  if (context.onBatch === undefined) return;
  const count = (outcome: AppendOutcome['outcome']) => outcomes.filter((o) => o.outcome === outcome).length;
  context.onBatch({
    topic: batch.topic,
    partition: batch.partition,
    recordCount: slice.length,
    tombstoneCount: slice.length - outcomes.length,
    byteCount: slice.reduce((bytes, message) => bytes + sizeOf(message), 0),
    storedCount: count('stored'),
    duplicateCount: count('duplicate'),
    quarantinedCount: count('quarantined'),
    appendMs,
  });
}

function offsetOf(message: KafkaMessage | undefined): bigint {
  return BigInt(message?.offset ?? -1);
}
