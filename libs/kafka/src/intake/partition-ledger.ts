import { backOffMs } from '@chargelog/pipeline';

export interface PartitionState {
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
  private readonly blocked = new Map<string, { readonly text: string; readonly attempts: number }>();

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

  /** Until it is set again the partition is not found; what it lags behind still counts. */
  pause(topic: string, partition: number): void {
    this.paused.add(keyOf(topic, partition));
  }

  /** What the broker says of a partition's end, whether the partition is being read or waits. */
  raise(topic: string, partition: number, high: bigint): void {
    const state = this.states.get(keyOf(topic, partition));
    if (state !== undefined && high > state.high) state.high = high;
  }

  /** Records the broker holds behind our positions. */
  lag(): bigint {
    let lag = 0n;
    for (const { next, high } of this.states.values()) if (high > next) lag += high - next;
    return lag;
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
   * The next record batch of a partition cannot be read. It is tried again after 1 s, 2 s, … 60 s: another replica may be
   * sound, retention may pass over it, a person may move the position.
   *
   * @returns ms until the next try.
   */
  block(topic: string, partition: number, offset: bigint, reason: string): number {
    const key = keyOf(topic, partition);
    const attempts = this.blocked.get(key)?.attempts ?? 0;
    this.blocked.set(key, { text: `${key} at offset ${offset}: ${reason}`, attempts: attempts + 1 });
    return backOffMs(attempts, FIRST_BLOCK_MS, MAX_BLOCK_MS);
  }

  unblock(topic: string, partition: number): void {
    this.blocked.delete(keyOf(topic, partition));
  }

  /** Which record batches cannot be read, for people; undefined when all can. */
  get blockedText(): string | undefined {
    const [first, ...others] = this.blocked.values();
    if (first === undefined) return undefined;
    const more = others.length === 0 ? '' : `, and ${others.length} more partitions`;
    return `record batch cannot be read, ${first.text}${more}; the other partitions go on`;
  }
}

export function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
