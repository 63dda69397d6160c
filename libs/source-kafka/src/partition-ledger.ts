export interface PartitionState {
  /** First offset that is not yet stored. */
  next: bigint;
  /** Offset the partition's next record will get, as last told by the broker. */
  high: bigint;
}

/** The partitions that are ours now and aligned with the event log, and how far each has come. */
export class PartitionLedger {
  private readonly states = new Map<string, PartitionState>();

  find(topic: string, partition: number): PartitionState | undefined {
    return this.states.get(keyOf(topic, partition));
  }

  set(topic: string, partition: number, state: PartitionState): void {
    this.states.set(keyOf(topic, partition), state);
  }

  delete(topic: string, partition: number): void {
    this.states.delete(keyOf(topic, partition));
  }

  clear(): void {
    this.states.clear();
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
