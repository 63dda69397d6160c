import { keyOf } from './partition-ledger.js';
import { backOffMs } from './patience.js';

const FIRST_BACK_OFF_MS = 1_000;
const MAX_BACK_OFF_MS = 60_000;

/**
 * Partitions whose next record batch cannot be read. They wait, are tried again after 1 s, 2 s, … 60 s (another replica
 * may be sound, retention may pass over it, a person may move the position), and hold up nobody else.
 */
export class BlockedPartitions {
  private readonly blocked = new Map<string, { readonly text: string; readonly attempts: number }>();

  /** @returns ms until the next try. */
  block(topic: string, partition: number, offset: bigint, reason: string): number {
    const key = keyOf(topic, partition);
    const attempts = this.blocked.get(key)?.attempts ?? 0;
    this.blocked.set(key, { text: `${key} at offset ${offset}: ${reason}`, attempts: attempts + 1 });
    return backOffMs(attempts, FIRST_BACK_OFF_MS, MAX_BACK_OFF_MS);
  }

  clear(topic: string, partition: number): void {
    this.blocked.delete(keyOf(topic, partition));
  }

  /** What is wrong, for people; undefined while nothing is. */
  get text(): string | undefined {
    const [first, ...others] = this.blocked.values();
    if (first === undefined) return undefined;
    const more = others.length === 0 ? '' : `, and ${others.length} more partitions`;
    return `record batch cannot be read, ${first.text}${more}; the other partitions go on`;
  }
}
