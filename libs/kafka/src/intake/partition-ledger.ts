import { backOffMs } from '@chargelog/pipeline';
import type { Finding } from './findings.js';

/** The log that a partition was found to have when it was aligned. */
export interface AlignedLog {
  /** See `PartitionLog`. */
  readonly number: number;
  readonly topicId: string | undefined;
  /** Of the leader then; undefined when unknown. */
  readonly leaderEpoch: number | undefined;
}

export interface PartitionState {
  readonly log: AlignedLog;
  /** First offset that is not yet stored. */
  next: bigint;
  /** Offset the partition's next record will get, as last reported by the broker. */
  high: bigint;
}

const FIRST_BLOCK_MS = 1_000;
const MAX_BLOCK_MS = 60_000;

/** The partitions of one assignment: how far each has come, and which of them cannot be read on. */
export class PartitionLedger {
  private readonly states = new Map<string, PartitionState>();
  private readonly paused = new Set<string>();
  private readonly holes = new Map<string, { readonly from: bigint; readonly to: bigint }>();
  private readonly blocked = new Map<
    string,
    { readonly problem: Omit<Finding, 'at'>; readonly attempts: number }
  >();

  /** Undefined for a partition that is not aligned with the event log. */
  find(topic: string, partition: number): PartitionState | undefined {
    const key = keyOf(topic, partition);
    return this.paused.has(key) ? undefined : this.states.get(key);
  }

  set(topic: string, partition: number, state: PartitionState): void {
    const key = keyOf(topic, partition);
    this.states.set(key, state);
    this.paused.delete(key);
  }

  /** The partitions of a topic that are being read and were found with another id than this, if with any. */
  withOtherTopicId(topic: string, topicId: string): number[] {
    return [...this.states].flatMap(([key, { log }]) => {
      const isOther = log.topicId !== undefined && log.topicId !== topicId && !this.paused.has(key);
      return isOther && key.startsWith(`${topic}/`) ? [Number(key.slice(topic.length + 1))] : [];
    });
  }

  /** Until it is set again the partition is not found; what it lags behind still counts. */
  pause(topic: string, partition: number): void {
    this.paused.add(keyOf(topic, partition));
  }

  /** How far a partition has come, also while it waits; undefined before it was first aligned. */
  reading(key: string): Readonly<PartitionState> | undefined {
    return this.states.get(key);
  }

  /** A fetch has shown that nothing from `from` up to, not including, `to` is for us. */
  noteHole(topic: string, partition: number, from: bigint, to: bigint): void {
    this.holes.set(keyOf(topic, partition), { from, to });
  }

  /** Where to go on when reading is due at `startAt`: behind the hole noted there, which is forgotten. */
  beyondHole(topic: string, partition: number, startAt: bigint): bigint {
    const key = keyOf(topic, partition);
    const hole = this.holes.get(key);
    this.holes.delete(key);
    return hole?.from === startAt ? hole.to : startAt;
  }

  /**
   * A partition cannot be read on. It is tried again after 1 s, 2 s, … 60 s: its leader may have moved, another replica may be
   * sound, retention may pass over what is damaged, a person may move the position.
   *
   * @returns ms until the next try.
   */
  block(topic: string, partition: number, problem: Omit<Finding, 'at'>, firstMs = FIRST_BLOCK_MS): number {
    const key = keyOf(topic, partition);
    const known = this.blocked.get(key);
    const attempts = known?.problem.kind === problem.kind ? known.attempts : 0;
    this.blocked.set(key, { problem, attempts: attempts + 1 });
    return backOffMs(attempts, firstMs, MAX_BLOCK_MS);
  }

  /** @param kind only when it was blocked for this reason; for any when left out. */
  unblock(topic: string, partition: number, kind?: Finding['kind']): void {
    if (this.blocked.size === 0) return;
    const key = keyOf(topic, partition);
    if (kind === undefined || this.blocked.get(key)?.problem.kind === kind) this.blocked.delete(key);
  }

  /** Which partitions cannot be read on, and why. */
  get findings(): readonly Finding[] {
    return [...this.blocked].map(([at, { problem }]) => ({ ...problem, at }));
  }
}

export function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
