import { keyOf } from './partition-ledger.js';

export interface OffsetCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/**
 * Commits offsets to the consumer group at the broker. Where reading goes on is decided by the positions in Postgres, which
 * are stored in the transaction of each batch; once a partition has one, what the group has committed is only for Kafka's
 * own tools and graphs. So a commit is never waited for, one that fails is only logged, several that pile up are sent as
 * one, and none is ever lower than what the group already has.
 */
export class BrokerCommits {
  private readonly pending = new Map<string, OffsetCommit>();
  private readonly reached = new Map<string, bigint>();
  private inFlight: Promise<void> | undefined;

  constructor(
    private readonly commit: (offsets: OffsetCommit[]) => Promise<void>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** What the group has committed when the partition is assigned. */
  startFrom(topic: string, partition: number, committed: bigint | undefined): void {
    this.reached.set(keyOf(topic, partition), committed ?? -1n);
  }

  /** The partition has been stored up to, not including, `nextOffset`. */
  note(topic: string, partition: number, nextOffset: bigint): void {
    const key = keyOf(topic, partition);
    const before = this.reached.get(key);
    if (before !== undefined && nextOffset <= before) return;
    this.reached.set(key, nextOffset);
    this.pending.set(key, { topic, partition, offset: nextOffset.toString() });
    this.inFlight ??= this.drain();
  }

  /** Waits until nothing is pending. */
  async settle(): Promise<void> {
    await this.inFlight;
  }

  private async drain(): Promise<void> {
    while (this.pending.size > 0) {
      const offsets = [...this.pending.values()];
      this.pending.clear();
      try {
        await this.commit(offsets);
      } catch (error) {
        this.onFailure(error);
      }
    }
    this.inFlight = undefined;
  }
}
