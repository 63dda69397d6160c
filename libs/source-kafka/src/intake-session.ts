import { pause } from '@chargelog/pipeline';
import kafkajs, {
  type Batch,
  type Consumer,
  type EachBatchPayload,
  type Kafka,
  type TopicPartitions,
} from 'kafkajs';
import { alignPartitions, withAdmin } from './align-partitions.js';
import { CourtesyCommits } from './courtesy-commits.js';
import { errorText } from './error-text.js';
import type { IntakeContext } from './intake-context.js';
import { CLIENT_RETRY, timingsOf, toClientConfig } from './kafka-source-config.js';
import { keyOf, PartitionLedger } from './partition-ledger.js';
import { atMost, backOffMs } from './patience.js';
import { storeBatch } from './store-batch.js';

/** A batch of kafkajs 2.2.4 with the member its types leave out: the offset that was asked for. */
type FetchedBatch = Batch & { readonly fetchedOffset?: string };

/** What the client says about a fetch of which nothing was for us. */
interface FilteredFetch {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: string | null;
  readonly lastOffset: string;
}

const ALIGN_MAX_BACK_OFF_MS = 5_000;

/**
 * One life of a consumer: from connecting until it fails or is stopped. Never used twice.
 *
 * The event log's positions are the truth. When the group assigns partitions they are paused at once, before anything
 * is fetched, then aligned: position read, compared with what the broker has, sought, resumed. A batch is only stored
 * when it was fetched from exactly the offset that is due, so a reset by the client can neither skip nor disorder.
 */
export class IntakeSession {
  /** ms since 1970 UTC of the last fetch, batch or heartbeat. */
  lastActivityAt: number | undefined;
  /** True from the first alignment on, until the group rebalances. */
  isAligned = false;
  /** What is wrong at the moment, although the session lives. */
  trouble: string | undefined;

  private readonly ledger = new PartitionLedger();
  private readonly stopping = new AbortController();
  private readonly kafka: Kafka;
  private readonly consumer: Consumer;
  private readonly commits: CourtesyCommits;
  private clusterId = '';
  /** Counts assignments: work of an older one must not touch a newer one. */
  private generation = 0;
  /** Ranges that held nothing for us, while it is found out whether they were deleted. */
  private readonly holes = new Map<string, { readonly from: bigint; readonly to: bigint }>();
  /** The batches being stored. */
  private readonly working = new Set<Promise<void>>();
  private readonly over: Promise<unknown>;
  private end: (reason: unknown) => void = () => undefined;

  constructor(private readonly context: IntakeContext) {
    const { config } = context;
    const timings = timingsOf(config);
    this.over = new Promise((resolve) => (this.end = resolve));
    this.kafka = new kafkajs.Kafka(toClientConfig(config, context.log));
    this.consumer = this.kafka.consumer({
      groupId: config.groupId,
      sessionTimeout: timings.sessionTimeoutMs,
      rebalanceTimeout: timings.sessionTimeoutMs * 2,
      heartbeatInterval: timings.heartbeatIntervalMs,
      maxWaitTimeInMs: timings.maxWaitMs,
      maxBytesPerPartition: 4 * 1_024 * 1_024,
      maxBytes: 16 * 1_024 * 1_024,
      // A topic created by a misspelt name would hide the mistake for ever.
      allowAutoTopicCreation: false,
      // The source builds a new session itself: one place decides, and its health shows it.
      retry: { ...CLIENT_RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
    this.commits = new CourtesyCommits(
      (offsets) => this.consumer.commitOffsets(offsets),
      (error) => this.log('debug', 'group offsets not committed; the event log keeps the position', error),
    );
  }

  /** Undefined until the partitions are known. */
  get lag(): bigint | undefined {
    return this.isAligned ? this.ledger.lag() : undefined;
  }

  /** Runs until the consumer fails, is found stuck or is stopped. Resolves with the reason, undefined when stopped. */
  run(): Promise<unknown> {
    this.open().catch((error: unknown) => this.end(error));
    return this.over;
  }

  /** Ends `run` with a reason, whatever the client is doing. `stop` has to follow. */
  fail(reason: Error): void {
    this.end(reason);
  }

  /** Stops fetching, waits for the slice in flight, leaves the group; no longer than `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    this.stopping.abort();
    const stopped = async () => {
      await Promise.allSettled(this.working);
      await this.commits.settle();
      await this.consumer.disconnect();
    };
    await atMost(timeoutMs, stopped());
    this.end(undefined);
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async open(): Promise<void> {
    await this.requireTopics();
    if (this.isStopping) return;
    this.listen();
    await this.consumer.connect();
    if (!this.isStopping) {
      // Where the client goes when its offset is out of range, until it is aligned again: where nothing is skipped.
      await this.consumer.subscribe({ topics: [...this.context.config.topics], fromBeginning: true });
    }
    if (this.isStopping) {
      await this.consumer.disconnect();
      return;
    }
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.onBatch(payload),
    });
  }

  /** Says which topic is missing, which the client does not. */
  private async requireTopics(): Promise<void> {
    const known = new Set(await withAdmin(this.kafka, (admin) => admin.listTopics()));
    const missing = this.context.config.topics.filter((topic) => !known.has(topic));
    if (missing.length > 0) {
      throw new Error(`topic ${missing.join(', ')} does not exist, or this user may not see it`);
    }
  }

  private listen(): void {
    const { consumer } = this;
    const alive = () => {
      this.lastActivityAt = Date.now();
    };
    consumer.on(consumer.events.FETCH, alive);
    consumer.on(consumer.events.HEARTBEAT, alive);
    consumer.on(consumer.events.REBALANCING, alive);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      alive();
      this.onAssigned(
        Object.entries(payload.memberAssignment).map(([topic, partitions]) => ({ topic, partitions })),
      );
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => this.end(payload.error));
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      alive();
      if (payload.batchSize === 0) this.onNothingToStore(payload);
    });
  }

  /** Runs synchronously within the client's join, before it fetches: what is paused here is not fetched yet. */
  private onAssigned(assigned: TopicPartitions[]): void {
    this.generation += 1;
    this.isAligned = false;
    this.ledger.clear();
    this.holes.clear();
    this.commits.clear();
    this.align(assigned);
  }

  /** Pauses partitions and reads on from their positions as soon as those are known. */
  private align(assigned: TopicPartitions[]): void {
    this.consumer.pause(assigned);
    this.alignUntilDone(this.generation, assigned).catch((error: unknown) => this.end(error));
  }

  private async alignUntilDone(generation: number, assigned: TopicPartitions[]): Promise<void> {
    const isCurrent = () => generation === this.generation && !this.isStopping;
    for (let attempt = 0; isCurrent(); attempt += 1) {
      try {
        const alignment = await alignPartitions({ ...this.context, kafka: this.kafka, isCurrent }, assigned);
        if (!isCurrent()) return;
        this.clusterId = alignment.clusterId;
        for (const { topic, partition, startAt, high, committed } of alignment.partitions) {
          const next = this.beyondHole(topic, partition, startAt);
          this.ledger.set(topic, partition, { next, high });
          this.commits.startFrom(topic, partition, committed);
          this.consumer.seek({ topic, partition, offset: next.toString() });
        }
        this.consumer.resume(assigned);
        this.isAligned = true;
        this.trouble = undefined;
        this.context.onAligned?.();
        return;
      } catch (error) {
        this.trouble = `partitions wait for their positions: ${errorText(error)}`;
        this.log('warn', 'positions not found, partitions stay paused', error);
        await pause(backOffMs(attempt, 100, ALIGN_MAX_BACK_OFF_MS), this.stopping.signal);
      }
    }
  }

  /** Where to go on when what stands at the start has been fetched already, and nothing of it was for us. */
  private beyondHole(topic: string, partition: number, startAt: bigint): bigint {
    const key = keyOf(topic, partition);
    const hole = this.holes.get(key);
    this.holes.delete(key);
    return hole?.from === startAt ? hole.to : startAt;
  }

  private async onBatch(payload: EachBatchPayload): Promise<void> {
    const batch: FetchedBatch = payload.batch;
    const { topic, partition } = batch;
    const { generation } = this;
    const state = this.ledger.find(topic, partition);
    // Not aligned yet: the batch is dropped unresolved, and fetched again from the right place.
    if (state === undefined) return;
    if (batch.fetchedOffset === undefined || BigInt(batch.fetchedOffset) !== state.next) {
      const fields = { topic, partition, due: state.next.toString(), fetched: batch.fetchedOffset };
      this.log('warn', 'batch not fetched from the offset that is due, seeking there', undefined, fields);
      this.ledger.delete(topic, partition);
      this.align([{ topic, partitions: [partition] }]);
      return;
    }
    state.high = BigInt(batch.highWatermark);
    const work = storeBatch(payload, {
      context: this.context,
      clusterId: this.clusterId,
      signal: this.stopping.signal,
      isWanted: () =>
        payload.isRunning() && !payload.isStale() && generation === this.generation && !this.isStopping,
      onTrouble: (error) => {
        this.trouble = `records wait for the event store: ${errorText(error)}`;
        this.log('warn', 'slice not stored, trying again', error, { topic, partition });
      },
      onStored: (nextOffset) => {
        this.trouble = undefined;
        state.next = nextOffset;
        this.commits.note(topic, partition, nextOffset);
      },
    });
    this.working.add(work);
    await work.finally(() => this.working.delete(work));
  }

  /**
   * The client fetched only records that are not for us (ends of transactions, aborted or compacted ones) and moved on
   * by itself. The position moves along, so that their later deletion does not look like a loss.
   */
  private onNothingToStore(filtered: FilteredFetch): void {
    const { topic, partition } = filtered;
    const state = this.ledger.find(topic, partition);
    const nextOffset = BigInt(filtered.lastOffset) + 1n;
    if (state === undefined || nextOffset <= state.next) return;
    const first = filtered.firstOffset === null ? state.next : BigInt(filtered.firstOffset);
    if (first > state.next) {
      // A hole before them is usual in a compacted topic, but it is also what a deletion looks like. Aligning tells.
      this.holes.set(keyOf(topic, partition), { from: state.next, to: nextOffset });
      this.ledger.delete(topic, partition);
      this.align([{ topic, partitions: [partition] }]);
      return;
    }
    state.next = nextOffset;
    const position = {
      sourceId: this.context.source.id,
      clusterId: this.clusterId,
      topic,
      partition,
      nextOffset,
    };
    this.context.eventLog.append({ entries: [], positions: [position] }).catch((error: unknown) => {
      const fields = { topic, partition };
      this.log(
        'debug',
        'position behind filtered records not stored; the next batch carries it',
        error,
        fields,
      );
    });
  }

  private log(
    level: 'debug' | 'warn',
    message: string,
    error?: unknown,
    fields: Record<string, unknown> = {},
  ): void {
    const reason = error === undefined ? {} : { error: errorText(error) };
    this.context.log(level, message, { source: this.context.source.name, ...fields, ...reason });
  }
}
