import type { LogInventory, LogStatistics } from '@chargelog/pipeline';
import { HorizonAge } from './horizon-age.js';

const HEAD_EVERY_MS = 1_000;
const INVENTORY_EVERY_MS = 15_000;

/** What was last seen of the log. */
export interface LogSample {
  /** The last look was answered. */
  storeUp: boolean;
  horizonAgeMs: number;
  inventory: LogInventory | undefined;
}

/**
 * Looks at the log in the background, so that reading the metrics never waits for a database that is away, and so that a
 * horizon held back between two scrapes is seen. One look at a time; a slow one delays the next.
 */
export class LogSampler {
  readonly sample: LogSample = { storeUp: false, horizonAgeMs: 0, inventory: undefined };
  private readonly horizonAge = new HorizonAge();
  private inventoryAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly statistics: LogStatistics) {}

  start(): void {
    this.looking = this.look();
  }

  /** Waits for a look under way: it holds a connection. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    try {
      const head = await this.statistics.feedHead();
      this.sample.horizonAgeMs = this.horizonAge.observe(head, performance.now());
      if (performance.now() - this.inventoryAt >= INVENTORY_EVERY_MS) {
        this.sample.inventory = await this.statistics.inventory();
        this.inventoryAt = performance.now();
      }
      this.sample.storeUp = true;
    } catch {
      // The gauge says it; whoever needed the database for a request says why.
      this.sample.storeUp = false;
    }
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.looking = this.look();
    }, HEAD_EVERY_MS);
  }
}
