export interface RateLimit {
  /** Deliveries per second in the long run. */
  readonly perSecond: number;
  /** Deliveries that may come at once after a quiet time. */
  readonly burst: number;
}

/** A bucket of `burst` deliveries that fills by `perSecond`. Counts within this process only. */
export class RateLimiter {
  private level: number;
  private filledAt: number;

  constructor(
    private readonly limit: RateLimit,
    /** Milliseconds of a clock that never goes back. */
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.level = limit.burst;
    this.filledAt = clock();
  }

  /** Takes one from the bucket. @returns 0, or the whole seconds after which there will be one. */
  take(): number {
    const now = this.clock();
    this.level = Math.min(
      this.limit.burst,
      this.level + ((now - this.filledAt) / 1_000) * this.limit.perSecond,
    );
    this.filledAt = now;
    if (this.level >= 1) {
      this.level -= 1;
      return 0;
    }
    return Math.ceil((1 - this.level) / this.limit.perSecond);
  }

  /** What was taken shall not count. */
  giveBack(): void {
    this.level = Math.min(this.limit.burst, this.level + 1);
  }
}
