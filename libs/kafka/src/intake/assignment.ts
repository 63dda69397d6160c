import type { Consumer, EachBatchPayload, Kafka, TopicPartitions } from 'kafkajs';
import { GatewayError } from '@chargelog/domain';
import { backOffMs, pause } from '@chargelog/pipeline';
import { alignPartitions } from './alignment.js';
import { BrokerCommits } from './broker-commits.js';
import { PartitionsUnknown } from './broker-offsets.js';
import { codeText, errorText } from './fault-text.js';
import { toFetchedBatch, type FetchedBatch } from './fetched-batch.js';
import type { Finding } from './findings.js';
import type { IntakeContext } from './intake-context.js';
import { keyOf, PartitionLedger, type PartitionState } from './partition-ledger.js';
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
/** A leader moves in less; longer, and the partition is tried again after 0.4 s, 0.8 s, … 60 s. */
const REFUSED_FIRST_BACK_OFF_MS = 200;
const OFFSET_OUT_OF_RANGE = 1;

/**
 * The partitions that the group has given us, from one rebalance to the next. Work of an ended assignment may still
 * finish in the event log, where it does no harm, but touches nothing of the one that follows.
 *
 * The event log's positions are the truth. Assigned partitions are paused at once, before anything is fetched, then
 * aligned: position read, compared with what the broker has, sought, resumed. A batch is only stored when it was fetched
 * from exactly the offset that is due, so a reset by the client can neither skip nor disorder.
 */
export class Assignment {
  /** True from the first alignment on: what can be read is being read. */
  isAligned = false;
  /** What keeps partitions from going on, although the session lives; by who has met it. */
  private readonly troubles = new Map<object, Finding>();

  private readonly ledger = new PartitionLedger();
  private readonly commits: BrokerCommits;
  private clusterId = '';
  private readonly ending = new AbortController();
  /** Aborted when the assignment has ended or the session stops. */
  private readonly over: AbortSignal;
  /** The batches being stored, one of a partition at most. */
  private readonly working = new Map<string, Promise<void>>();
  /** Leaders that records were seen of; the brokers may tell of them later than of their records. */
  private readonly seenLeaders = new Map<string, number>();
  private partitionCount = 0;

  /**
   * @param refresh lets the client look for the leaders anew
   * @param stopping aborted when the session stops
   */
  constructor(
    private readonly context: IntakeContext,
    private readonly kafka: Kafka,
    private readonly consumer: Consumer,
    private readonly refresh: () => Promise<void>,
    stopping: AbortSignal,
  ) {
    this.over = AbortSignal.any([stopping, this.ending.signal]);
    this.commits = new BrokerCommits(
      (offsets) => this.consumer.commitOffsets(offsets),
      (error) => this.log('debug', 'group offsets not committed; the event log keeps the position', error),
    );
  }

  /** How far a partition has come, as `keyOf` names it; undefined for one that is not ours or not aligned yet. */
  reading(at: string): Readonly<PartitionState> | undefined {
    return this.ledger.reading(at);
  }

  /** Which partitions do not go on, and why. */
  get findings(): readonly Finding[] {
    return [...this.troubles.values(), ...this.ledger.findings];
  }

  /** Has to run synchronously within the client's join, before it fetches: what is paused here is not fetched yet. */
  start(assigned: TopicPartitions[]): void {
    this.partitionCount = assigned.reduce((count, { partitions }) => count + partitions.length, 0);
    this.align(assigned);
  }

  /** A topic that is made anew while a batch waits, or between two fetches, would be read on from the old one's position. */
  onTopicId(topic: string, topicId: string): void {
    for (const partition of this.ledger.withOtherTopicId(topic, topicId)) this.realign(topic, partition);
  }

  /** The group has a new generation, which may have given the partitions to somebody else. */
  end(): void {
    this.ending.abort();
  }

  /** Waits until nothing of it is being stored or committed. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.working.values());
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
    if ((batch.leaderEpoch ?? -1) > (state.log.leaderEpoch ?? Infinity)) {
      // A new leader may have cut the log below our position and gone on from there. Aligning finds out.
      this.seenLeaders.set(keyOf(topic, partition), batch.leaderEpoch ?? 0);
      this.realign(topic, partition);
      return;
    }
    state.high = batch.high;
    if (batch.messages.length > 0) await this.store(payload, batch, state);
    if (unreadable !== undefined && state.next > batch.lastOffset)
      this.block(topic, partition, state.next, unreadable);
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
    const log = { number: state.log.number, mark: undefined };
    const position = { sourceId: context.source.id, clusterId, topic, partition, nextOffset, log };
    context.eventLog.append({ entries: [], positions: [position] }).catch((error: unknown) => {
      this.log('debug', 'position behind filtered records not stored; the next batch carries it', error, {
        topic,
        partition,
      });
    });
  }

  /** Of every fetch: `code` 0, or why the broker hands out nothing of the partition. */
  onFetched(topic: string, partition: number, code: number): void {
    if (code === 0) this.ledger.unblock(topic, partition, 'not-answered');
    else if (this.ledger.find(topic, partition) !== undefined) {
      if (code === OFFSET_OUT_OF_RANGE) this.realign(topic, partition);
      else this.setAside(topic, partition, `is not handed out: ${codeText(code)}`);
    }
  }

  /** The leader of these partitions cannot be reached. */
  onLeaderAway(partitions: readonly TopicPartitions[], broker: string, error: unknown): void {
    for (const { topic, partitions: numbers } of partitions) {
      for (const partition of numbers) {
        if (this.ledger.find(topic, partition) === undefined) continue;
        this.setAside(topic, partition, `is led by ${broker}: ${errorText(error)}`);
      }
    }
  }

  private async store(payload: EachBatchPayload, batch: FetchedBatch, state: PartitionState): Promise<void> {
    const { topic, partition } = batch;
    let refused = '';
    const work = storeBatch(payload, batch, {
      context: this.context,
      clusterId: this.clusterId,
      log: state.log,
      signal: this.over,
      isWanted: () =>
        refused === '' &&
        payload.isRunning() &&
        !payload.isStale() &&
        !this.over.aborted &&
        // Since it was fetched, the partition may have been found to have another log.
        this.ledger.find(topic, partition) === state,
      onTrouble: (error) => {
        const reason = `records wait for the event store: ${errorText(error)}`;
        this.log('warn', 'slice not stored, trying again', error, { topic, partition });
        // Others may be taken: it may be this partition alone whose position is locked.
        if (this.partitionCount > 1) refused = reason;
        else this.troubles.set(this, { at: keyOf(topic, partition), detail: reason, ...IN_STORE });
      },
      onStored: (nextOffset) => {
        this.troubles.delete(this);
        this.ledger.unblock(topic, partition);
        state.next = nextOffset;
        // The group would take an offset for a partition that is another member's by now, and set that one back.
        if (!this.over.aborted) this.commits.note(topic, partition, nextOffset);
      },
    });
    const key = keyOf(topic, partition);
    this.working.set(key, work);
    await work.finally(() => {
      this.working.delete(key);
      // Stored or not wanted any more: what keeps the partition now is told by who meets it.
      this.troubles.delete(this);
    });
    if (refused !== '') {
      const detail = `${keyOf(topic, partition)}: ${refused}`;
      this.wait(topic, partition, { detail, ...IN_STORE });
    }
  }

  private block(topic: string, partition: number, offset: bigint, reason: string): void {
    const detail = `record batch cannot be read, ${keyOf(topic, partition)} at offset ${offset}: ${reason}; the other partitions go on`;
    const inMs = this.wait(topic, partition, { kind: 'unreadable', detail, whatToDo: UNREADABLE });
    const fields = { topic, partition, offset: offset.toString(), reason, inMs };
    this.log('error', 'record batch cannot be read, its partition waits', undefined, fields);
  }

  private setAside(topic: string, partition: number, why: string): void {
    const detail = `${keyOf(topic, partition)} ${why}`;
    const inMs = this.wait(topic, partition, { detail, ...AT_BROKER }, REFUSED_FIRST_BACK_OFF_MS);
    this.log('warn', 'partition not handed out, it waits', undefined, { topic, partition, detail, inMs });
  }

  /** The partition waits and is tried again later; the others are read on. */
  private wait(topic: string, partition: number, problem: Omit<Finding, 'at'>, firstMs?: number): number {
    const inMs = this.ledger.block(topic, partition, problem, firstMs);
    if (this.over.aborted) return inMs;
    this.ledger.pause(topic, partition);
    this.consumer.pause([{ topic, partitions: [partition] }]);
    void pause(inMs, this.over).then(async () => {
      if (problem.kind === 'not-answered') await this.refresh();
      if (!this.over.aborted) this.realign(topic, partition);
    });
    return inMs;
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
    // What is being stored of them moves their positions.
    const keys = assigned.flatMap(({ topic, partitions }) => partitions.map((one) => keyOf(topic, one)));
    await Promise.allSettled(keys.flatMap((key) => this.working.get(key) ?? []));
    let waiting = assigned;
    let isLate = false;
    for (let attempt = 0; !over.aborted; attempt += 1) {
      try {
        const alignment = await alignPartitions(
          { ...context, kafka, isCurrent: () => !over.aborted },
          waiting,
        );
        if (isLate) await this.refresh();
        if (over.aborted) return;
        this.clusterId = alignment.clusterId;
        for (const { topic, partition, startAt, high, committed, log } of alignment.partitions) {
          const next = this.ledger.beyondHole(topic, partition, startAt);
          const seen = this.seenLeaders.get(keyOf(topic, partition)) ?? -1;
          const leaderEpoch = log.leaderEpoch === undefined ? undefined : Math.max(log.leaderEpoch, seen);
          this.ledger.set(topic, partition, { next, high, log: { ...log, leaderEpoch } });
          if (isLate) this.ledger.unblock(topic, partition, 'not-answered');
          // A commit beyond the end belongs to an earlier topic of that name.
          this.commits.startFrom(topic, partition, (committed ?? 0n) > high ? undefined : committed);
          this.consumer.seek({ topic, partition, offset: next.toString() });
        }
        this.consumer.resume(waiting);
        this.troubles.delete(assigned);
        this.reached();
        return;
      } catch (error) {
        if (error instanceof PartitionsUnknown) {
          this.troubles.delete(assigned);
          const rest = without(waiting, error);
          for (const partition of error.partitions) this.hold(error, partition);
          if (rest.length > 0) {
            void this.alignUntilDone([{ topic: error.topic, partitions: [...error.partitions] }]);
            waiting = rest;
            continue;
          }
          isLate = true;
          this.reached();
        } else {
          const detail = `partitions wait for their positions: ${errorText(error)}`;
          const why = error instanceof GatewayError ? IN_STORE : AT_BROKER;
          const [one] = waiting;
          const at = one === undefined ? 'positions' : keyOf(one.topic, one.partitions[0] ?? 0);
          this.troubles.set(assigned, { at, detail, ...why });
        }
        this.log('warn', 'positions not found, partitions stay paused', error);
        await pause(backOffMs(attempt, ALIGN_FIRST_BACK_OFF_MS, ALIGN_MAX_BACK_OFF_MS), over);
      }
    }
  }

  private hold({ topic, reason }: PartitionsUnknown, partition: number): void {
    const detail = `${keyOf(topic, partition)} waits: ${reason}`;
    this.ledger.block(topic, partition, { detail, ...AT_BROKER });
  }

  /** What can be read is being read. */
  private reached(): void {
    this.isAligned = true;
    this.context.onAligned?.();
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

const IN_STORE = {
  kind: 'not-stored',
  whatToDo:
    "The records wait at the broker and are tried again by themselves. Look at Postgres: whether it answers, and whether a session holds a lock on kafka_position (`select * from pg_stat_activity where wait_event_type = 'Lock'`).",
} as const;
const AT_BROKER = {
  kind: 'not-answered',
  whatToDo:
    'The other partitions are read on. This one is tried again by itself, from where it stands; nothing of it is lost for as long as the topic keeps it.',
} as const;
const UNREADABLE =
  'It is tried again by itself. Move the leader to a sound replica, or set the position behind the batch (docs/operations.md, ChargelogKafkaProblem).';

/** The partitions without those that are not known. */
function without(assigned: readonly TopicPartitions[], unknown: PartitionsUnknown): TopicPartitions[] {
  return assigned
    .map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.filter(
        (partition) => topic !== unknown.topic || !unknown.partitions.includes(partition),
      ),
    }))
    .filter(({ partitions }) => partitions.length > 0);
}
