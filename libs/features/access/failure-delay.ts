import { isIPv6 } from 'node:net';
import { pause } from '@chargelog/pipeline';

/** Failures an address may make at once, and how long one takes to be forgotten. */
const BURST = 10;
const FORGET_ONE_MS = 1_000;
const LONGEST_DELAY_MS = 2_000;
/** Addresses remembered; beyond that those that failed longest ago are forgotten. */
const MAX_ADDRESSES = 10_000;
/** Answers held back at once. Beyond that they are given at once: holding them would cost more than giving them. */
const MAX_WAITING = 500;

interface Account {
  readonly failures: number;
  readonly at: number;
}

/**
 * Slows down whoever keeps presenting keys that do not exist, by answering later and later. Only refusals are held back,
 * so a valid key from the same address (a proxy, an office) is never slowed.
 */
export class FailureDelay {
  private readonly accounts = new Map<string, Account>();
  private waiting = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Counts a failure. Returns how long the answer has to wait, in ms. */
  count(address: string): number {
    const name = networkOf(address);
    const now = this.now();
    const before = this.accounts.get(name);
    const forgiven = before === undefined ? 0 : Math.max(0, now - before.at) / FORGET_ONE_MS;
    const failures = Math.max(0, (before?.failures ?? 0) - forgiven) + 1;
    // Deleted first, so that the order of the map is the order of the last failure.
    this.accounts.delete(name);
    this.accounts.set(name, {
      failures: Math.min(failures, BURST + LONGEST_DELAY_MS / FORGET_ONE_MS),
      at: now,
    });
    if (this.accounts.size > MAX_ADDRESSES) {
      const oldest = this.accounts.keys().next();
      if (oldest.done !== true) this.accounts.delete(oldest.value);
    }
    if (failures <= BURST || this.waiting >= MAX_WAITING) return 0;
    return Math.min((failures - BURST) * FORGET_ONE_MS, LONGEST_DELAY_MS);
  }

  /** Resolves after the delay. */
  async hold(delayMs: number): Promise<void> {
    this.waiting += 1;
    try {
      await pause(delayMs);
    } finally {
      this.waiting -= 1;
    }
  }

  get rememberedAddresses(): number {
    return this.accounts.size;
  }
}

/** An IPv6 sender has a whole /64 to choose its address from, so that counts as one. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const last = tail === '' ? [] : tail.split(':');
    groups.push(...Array<string>(Math.max(0, 8 - groups.length - last.length)).fill('0'), ...last);
  }
  return groups
    .slice(0, 4)
    .map((group) => group.toLowerCase())
    .join(':');
}
