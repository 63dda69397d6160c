import type { Consumer, EachBatchPayload, Kafka, TopicPartitions } from 'kafkajs';
import { backOffMs, pause, pollLoop } from '@chargelog/pipeline';
import { alignPartitions } from './alignment.js';
import { BrokerCommits } from './broker-commits.js';
import { errorText, withAdmin } from './client.js';
import { timingsOf } from './consumer-config.js';
import { toFetchedBatch, type FetchedBatch } from './fetched-batch.js';
import type { IntakeContext } from './intake-context.js';
import { PartitionLedger, type PartitionState } from './partition-ledger.js';
import { storeBatch } from './store-batch.js';

/** What the client says about a fetch of which nothing was for us. */
export interface FilteredFetch {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: string | null;
  readonly lastOffset: string;
}

const ALIGN_FIRST_BACK_OFF_MS = 100;
const ALIGN_MAX_BACK_OFF_MS = 5_000;

/**
 * The partitions that the group has given us, from one rebalance to the next. Work of an ended assignment may still
 * finish in the event log, where it does no harm, but touches nothing of the one that follows.
 *
 * The event log's positions are the truth. Assigned partitions are paused at once, before anything is fetched, then
 * aligned: position read, compared with what the broker has, sought, resumed. A batch is only stored when it was fetched
 * from exactly the offset that is due, so a reset by the client can neither skip nor disorder.
 */
export class Assignment {
  /** True from the first alignment on. */
  isAligned = false;
  /** What is wrong at the moment, although the session lives. */
  trouble: string | undefined;

  private readonly ledger = new PartitionLedger();
  private readonly commits: BrokerCommits;
  private clusterId = '';
  private readonly ending = new AbortController();
  /** Aborted when the assignment has ended or the session stops. */
  private readonly over: AbortSignal;
  /** The batches being stored. */
  private readonly working = new Set<Promise<void>>();

  /** @param stopping aborted when the session stops */
  constructor(
    private readonly context: IntakeContext,
    private readonly kafka: Kafka,
    private readonly consumer: Consumer,
    stopping: AbortSignal,
  ) {
    this.over = AbortSignal.any([stopping, this.ending.signal]);
    this.commits = new BrokerCommits(
      (offsets) => this.consumer.commitOffsets(offsets),
      (error) => this.log('debug', 'group offsets not committed; the event log keeps the position', error),
    );
  }

  /** Undefined until the partitions are known. */
  get lag(): bigint | undefined {
    return this.isAligned ? this.ledger.lag() : undefined;
  }

  /** Which record batches cannot be read, for people; undefined when all can. */
  get blockedText(): string | undefined {
    return this.ledger.blockedText;
  }

  /** Has to run synchronously within the client's join, before it fetches: what is paused here is not fetched yet. */
  start(assigned: TopicPartitions[]): void {
    this.align(assigned);
    this.watchEnds(assigned.map(({ topic }) => topic));
  }

  /** The group has a new generation, which may have given the partitions to somebody else. */
  end(): void {
    this.ending.abort();
  }

  /** Waits until nothing of it is being stored or committed. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.working);
    await this.commits.settle();
  }

  async onBatch(payload: EachBatchPayload): Promise<void> {
    const batch = toFetchedBatch(payload.batch);
    const { topic, partition, fetchedOffset, unreadable } = batch;
    const state = this.ledger.find(topic, partition);
    // Not aligned yet: the batch is dropped unresolved, and fetched again from the right place.
    if (state === undefined) return;
    if (fetchedOffset !== state.next) {
      const fields = { topic, partition, due: `${state.next}`, fetched: `${fetchedOffset}` };
      this.log('warn', 'batch not fetched from the offset that is due, seeking there', undefined, fields);
      this.realign(topic, partition);
      return;
    }
    state.high = batch.high;
    if (batch.messages.length > 0) {
      this.ledger.unblock(topic, partition);
      await this.store(payload, batch, state);
    }
    if (unreadable !== undefined) this.block(topic, partition, state.next, unreadable);
  }

  /**
   * The client fetched only records that are not for us (ends of transactions, aborted or compacted ones) and moved on
   * by itself. The position moves along, so that their later deletion does not look like a loss.
   */
  onNothingToStore(filtered: FilteredFetch): void {
    const { topic, partition } = filtered;
    const state = this.ledger.find(topic, partition);
    const nextOffset = BigInt(filtered.lastOffset) + 1n;
    if (state === undefined || nextOffset <= state.next) return;
    const first = filtered.firstOffset === null ? state.next : BigInt(filtered.firstOffset);
    if (first > state.next) {
      // A hole before them is usual in a compacted topic, but it is also what a deletion looks like. Aligning finds out.
      this.ledger.noteHole(topic, partition, state.next, nextOffset);
      this.realign(topic, partition);
      return;
    }
    state.next = nextOffset;
    this.ledger.unblock(topic, partition);
    const { context, clusterId } = this;
    const position = { sourceId: context.source.id, clusterId, topic, partition, nextOffset };
    context.eventLog.append({ entries: [], positions: [position] }).catch((error: unknown) => {
      this.log('debug', 'position behind filtered records not stored; the next batch carries it', error, {
        topic,
        partition,
      });
    });
  }

  private async store(payload: EachBatchPayload, batch: FetchedBatch, state: PartitionState): Promise<void> {
    const { topic, partition } = batch;
    const work = storeBatch(payload, batch, {
      context: this.context,
      clusterId: this.clusterId,
      signal: this.over,
      isWanted: () => payload.isRunning() && !payload.isStale() && !this.over.aborted,
      onTrouble: (error) => {
        this.trouble = `records wait for the event store: ${errorText(error)}`;
        this.log('warn', 'slice not stored, trying again', error, { topic, partition });
      },
      onStored: (nextOffset) => {
        this.trouble = undefined;
        state.next = nextOffset;
        // The group would take an offset for a partition that is another member's by now, and set that one back.
        if (!this.over.aborted) this.commits.note(topic, partition, nextOffset);
      },
    });
    this.working.add(work);
    await work.finally(() => this.working.delete(work));
  }

  /** The partition waits and is tried again later; the others are read on. */
  private block(topic: string, partition: number, offset: bigint, reason: string): void {
    if (this.over.aborted) return;
    const inMs = this.ledger.block(topic, partition, offset, reason);
    const fields = { topic, partition, offset: offset.toString(), reason, inMs };
    this.log('error', 'record batch cannot be read, its partition waits', undefined, fields);
    this.ledger.pause(topic, partition);
    this.consumer.pause([{ topic, partitions: [partition] }]);
    void pause(inMs, this.over).then(() => {
      if (!this.over.aborted) this.realign(topic, partition);
    });
  }

  private realign(topic: string, partition: number): void {
    this.ledger.pause(topic, partition);
    this.align([{ topic, partitions: [partition] }]);
  }

  /** Pauses partitions and reads on from their positions as soon as those are known. */
  private align(assigned: TopicPartitions[]): void {
    this.consumer.pause(assigned);
    void this.alignUntilDone(assigned);
  }

  private async alignUntilDone(assigned: TopicPartitions[]): Promise<void> {
    const { context, kafka, over } = this;
    for (let attempt = 0; !over.aborted; attempt += 1) {
      try {
        const alignment = await alignPartitions(
          { ...context, kafka, isCurrent: () => !over.aborted },
          assigned,
        );
        if (over.aborted) return;
        this.clusterId = alignment.clusterId;
        for (const { topic, partition, startAt, high, committed } of alignment.partitions) {
          const next = this.ledger.beyondHole(topic, partition, startAt);
          this.ledger.set(topic, partition, { next, high });
          this.commits.startFrom(topic, partition, committed);
          this.consumer.seek({ topic, partition, offset: next.toString() });
        }
        this.consumer.resume(assigned);
        this.isAligned = true;
        this.trouble = undefined;
        context.onAligned?.();
        return;
      } catch (error) {
        this.trouble = `partitions wait for their positions: ${errorText(error)}`;
        this.log('warn', 'positions not found, partitions stay paused', error);
        await pause(backOffMs(attempt, ALIGN_FIRST_BACK_OFF_MS, ALIGN_MAX_BACK_OFF_MS), over);
      }
    }
  }

  /** While a batch waits for the event store nothing is fetched, and the lag would stand still just when it matters. */
  private watchEnds(topics: readonly string[]): void {
    const { lagIntervalMs } = timingsOf(this.context.config);
    const look = () =>
      withAdmin(this.kafka, async (admin) => {
        for (const topic of topics) {
          const ends = await admin.fetchTopicOffsets(topic);
          for (const { partition, high } of ends) this.ledger.raise(topic, partition, BigInt(high));
        }
      });
    void pollLoop({
      signal: this.over,
      everyMs: lagIntervalMs,
      firstAfterMs: lagIntervalMs,
      look,
      onFailure: (error) =>
        this.log('debug', 'ends of partitions not known; the lag is that of the last fetch', error),
    });
  }

  private log(
    level: 'debug' | 'warn' | 'error',
    message: string,
    error?: unknown,
    fields: Record<string, unknown> = {},
  ): void {
    const reason = error === undefined ? {} : { error: errorText(error) };
    this.context.log(level, message, { source: this.context.source.name, ...fields, ...reason });
  }
}
