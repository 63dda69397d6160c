export interface PartitionState {
  /** First offset that is not yet stored. */
  next: bigint;
  /** Offset the partition's next record will get, as last told by the broker. */
  high: bigint;
}

/** The partitions that are ours now, and how far each has come. */
export class PartitionLedger {
  private readonly states = new Map<string, PartitionState>();
  private readonly paused = new Set<string>();

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

  /** What the broker says of a partition's end, whether it is being read or waits. */
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
}

export function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
