import { pollLoop } from '@chargelog/pipeline';
import type { LogInventory, LogStatistics } from './log-statistics.js';

const LOOK_EVERY_MS = 1_000;
const INVENTORY_EVERY_MS = 15_000;

/** What was last seen of the log. */
export interface LogSample {
  /** An event could be stored, and the feed be read, when it was last asked. */
  storeUp: boolean;
  horizonAgeMs: number;
  inventory: LogInventory | undefined;
}

/**
 * Looks at the log in the background, so that reading the metrics never waits for a database that is away, and so that a
 * horizon held back between two scrapes is seen. Whether the database answers is asked apart from what it says: a query
 * that hangs would keep the bad news for as long as it does.
 */
export class LogSampler {
  readonly sample: LogSample = { storeUp: false, horizonAgeMs: 0, inventory: undefined };
  private readonly horizonAge = new HorizonAge();
  private inventoryAt = Number.NEGATIVE_INFINITY;
  private readonly closing = new AbortController();
  private loops: Promise<unknown> = Promise.resolve();

  /** @param check resolves soon to whether an event could be stored; a rejection counts as no. */
  constructor(
    private readonly statistics: LogStatistics,
    private readonly check: () => Promise<boolean>,
  ) {}

  start(): void {
    const { signal } = this.closing;
    this.loops = Promise.all([
      pollLoop({ signal, everyMs: LOOK_EVERY_MS, look: () => this.ask() }),
      pollLoop({ signal, everyMs: LOOK_EVERY_MS, look: () => this.look() }),
    ]);
  }

  /** Waits for a look under way: it holds a connection. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.loops;
  }

  private async ask(): Promise<void> {
    this.sample.storeUp = await this.check().catch(() => false);
  }

  private async look(): Promise<void> {
    try {
      const head = await this.statistics.feedHead();
      this.sample.horizonAgeMs = this.horizonAge.observe(head, performance.now());
      if (performance.now() - this.inventoryAt < INVENTORY_EVERY_MS) return;
      this.sample.inventory = await this.statistics.inventory();
      this.inventoryAt = performance.now();
    } catch {
      // What was seen last stays; `storeUp` tells whether it is news, and whoever needed the database says why.
    }
  }
}

/**
 * How long the feed's horizon has been held back by a writer in flight: positions are given out beyond it, and it does
 * not move. Under load the horizon is nearly always a batch behind; that is no age as long as it moves from one look to
 * the next.
 */
export class HorizonAge {
  private held: { readonly horizon: bigint; readonly since: number } | undefined;

  /** @returns the age in ms at this look. `now` on any clock that does not jump. */
  observe(
    head: { readonly lastPosition: bigint; readonly horizon: bigint | undefined },
    now: number,
  ): number {
    if (head.horizon === undefined || head.horizon >= head.lastPosition) {
      this.held = undefined;
      return 0;
    }
    if (this.held?.horizon !== head.horizon) this.held = { horizon: head.horizon, since: now };
    return now - this.held.since;
  }
}
