/** A flush is looked at this often before it counts as late. */
const LOOKS = 9;

/**
 * What the flushes so far say about the next ones: how many rows to give them, how long each takes, and when one is late.
 *
 * Time counts by looks, evenly spread over the limit, that saw no answer. After a turn of the event loop that was long
 * because this process is busy, timers come before the answer that has been there all along; by the clock, an overloaded
 * gateway would take itself for a log that does not answer.
 *
 * A log that is merely slow gets smaller batches. Without that, overload ends all progress: batches grow with the queue
 * until each takes longer than anybody is kept waiting, and is stored for nobody. Only a late flush makes them smaller:
 * where a commit is slow whatever it holds, as on a disk that syncs slowly, large ones are the remedy.
 */
export class Pace {
  /** Rows that the next batch may have. */
  batchRows: number;
  private readonly lookMs: number;
  private readonly goodMs: number;
  private lastMs = 0;
  private begunAt = 0;
  private looks = 0;
  private looking: NodeJS.Timeout | undefined;

  constructor(
    private readonly maxRows: number,
    private readonly limitMs: number,
  ) {
    this.batchRows = maxRows;
    this.lookMs = limitMs / LOOKS;
    this.goodMs = limitMs / 3;
  }

  /**
   * @param onLate called once, when the flush takes longer than the limit
   * @param spentMs how much of the limit is over already
   */
  begin(onLate: () => void, spentMs = 0): void {
    const lateAfter = Math.max(1, LOOKS - Math.floor(spentMs / this.lookMs));
    this.begunAt = performance.now();
    this.looks = 0;
    this.looking = setInterval(() => {
      this.looks += 1;
      if (this.looks === lateAfter) onLate();
    }, this.lookMs);
  }

  end(rows: number): void {
    const ms = this.elapsedMs();
    clearInterval(this.looking);
    this.looking = undefined;
    if (ms >= this.limitMs) {
      this.batchRows = Math.max(1, Math.floor((rows * this.goodMs) / ms));
      this.lastMs = this.goodMs; // what the next one, so much smaller, should take
      return;
    }
    if (ms < this.goodMs && rows >= this.batchRows)
      this.batchRows = Math.min(this.maxRows, this.batchRows * 2);
    this.lastMs = ms;
  }

  /** About how long one flush takes, in ms: as long as the last one, or as the present one has taken already. */
  get flushMs(): number {
    return this.looking === undefined ? this.lastMs : Math.max(this.lastMs, this.elapsedMs());
  }

  private elapsedMs(): number {
    return Math.min(performance.now() - this.begunAt, (this.looks + 1) * this.lookMs);
  }
}
