import { GatewayError } from '@chargelog/domain';
import { takeBounded } from './bounded.js';
import { Pace } from './pace.js';
import { sizeOfEntry, type AppendOutcome, type EventLog, type Prepared } from './ports/event-log.js';

export interface BatcherLimits {
  /** Most rows of one transaction. */
  readonly maxRows: number;
  /** Most body bytes of one transaction; a single larger delivery still goes, alone. */
  readonly maxBytes: number;
  /** Deliveries and bytes that may wait; beyond it submit refuses with `overloaded`. */
  readonly maxQueuedRows: number;
  readonly maxQueuedBytes: number;
  /** Submit refuses a delivery that would wait about this long for its batch: its sender would have given up by then. */
  readonly maxWaitMs: number;
  /** A flush that takes longer means that the log does not answer: the waiting deliveries fail with `store-away`, new ones at once. */
  readonly stallMs: number;
}

/** Beyond 1,000 rows or 4 MiB a batch gains nothing and only makes its first row wait longer. */
export const DEFAULT_BATCHER_LIMITS: BatcherLimits = {
  maxRows: 1_000,
  maxBytes: 4 * 1024 * 1024,
  maxQueuedRows: 20_000,
  maxQueuedBytes: 64 * 1024 * 1024,
  maxWaitMs: 2_000,
  stallMs: 900, // a sender hears within a second
};

interface Waiting {
  readonly entry: Prepared;
  /** By `performance.now()`. */
  readonly at: number;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** What one flush did, for metrics. */
export interface FlushReport {
  readonly rows: number;
  readonly bytes: number;
  readonly ms: number;
}

/**
 * Adaptive group commit: deliveries that arrive while a flush is under way share the next one. There is no timer; the
 * previous flush is the linger, and after an idle period the first delivery goes out as soon as the event loop has taken
 * what came with it. A promise resolves only after the commit.
 */
export class Batcher {
  private queue: Waiting[] = [];
  private queuedBytes = 0;
  private readonly pace: Pace;
  /**
   * The last flush failed or stalled. Until one succeeds, it is tried with what comes first, and who comes meanwhile is
   * told at once.
   */
  private wasAway = false;
  private scheduled = false;
  private flushing: Promise<void> | undefined;
  private stalled = false;

  constructor(
    private readonly eventLog: EventLog,
    private readonly limits: BatcherLimits = DEFAULT_BATCHER_LIMITS,
    private readonly onFlush: (report: FlushReport) => void = () => undefined,
  ) {
    this.pace = new Pace(limits.maxRows, limits.stallMs);
  }

  get queuedRows(): number {
    return this.queue.length;
  }

  /** What waits for a batch, for metrics. */
  queueDepth(): { readonly rows: number; readonly bytes: number } {
    return { rows: this.queue.length, bytes: this.queuedBytes };
  }

  /** @throws GatewayError `overloaded` at once when too much waits already; `store-away` when the log could not store. */
  submit(entry: Prepared): Promise<AppendOutcome> {
    if (this.stalled || (this.wasAway && this.flushing !== undefined)) return Promise.reject(noAnswer());
    const { maxQueuedRows, maxQueuedBytes, maxWaitMs } = this.limits;
    if (
      this.queue.length >= maxQueuedRows ||
      this.queuedBytes + sizeOfEntry(entry) > maxQueuedBytes ||
      this.waitMs() > maxWaitMs
    ) {
      return Promise.reject(
        new GatewayError('overloaded', 'Too many deliveries wait to be stored. Send again shortly.', {
          retryAfter: 1,
        }),
      );
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ entry, at: performance.now(), resolve, reject });
      this.queuedBytes += sizeOfEntry(entry);
      this.schedule();
    });
  }

  /** Resolves when everything submitted so far has been answered. */
  async drain(): Promise<void> {
    while (this.queue.length > 0 || this.flushing !== undefined) {
      await (this.flushing ?? new Promise((resolve) => setImmediate(resolve)));
    }
  }

  /** About how long what comes now waits for its batch: as many flushes like the last as stand before it. */
  private waitMs(): number {
    const { batchRows, flushMs } = this.pace;
    const batches = Math.max(this.queue.length / batchRows, this.queuedBytes / this.limits.maxBytes);
    return Math.floor(batches) * flushMs;
  }

  private schedule(): void {
    if (this.scheduled || this.flushing !== undefined) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flushing = this.flushAll();
    });
  }

  private async flushAll(): Promise<void> {
    while (this.queue.length > 0) await this.flush(this.takeBatch());
    // In the same turn as the last look at the queue: a delivery submitted between the two would wait for ever.
    this.flushing = undefined;
  }

  private takeBatch(): readonly Waiting[] {
    const bounds = { maxCount: this.pace.batchRows, maxBytes: this.limits.maxBytes };
    const { taken, rest, bytes } = takeBounded(this.queue, bounds, ({ entry }) => sizeOfEntry(entry));
    this.queue = rest;
    this.queuedBytes -= bytes;
    return taken;
  }

  private async flush(batch: readonly Waiting[]): Promise<void> {
    const startedAt = performance.now();
    // A delivery that has waited through a failed flush is answered with the next one: its time counts from its arrival.
    const spentMs = this.wasAway ? startedAt - (batch[0]?.at ?? startedAt) : 0;
    this.pace.begin(() => this.giveUpWaiting(batch), spentMs);
    try {
      const outcomes = await this.eventLog.append({
        entries: batch.map(({ entry }) => entry),
        positions: [],
      });
      if (outcomes.length !== batch.length) {
        // Answering some of them would acknowledge deliveries that nobody knows to be stored.
        throw new Error(
          `the event log answered ${outcomes.length} of ${batch.length} deliveries; this is a programming error`,
        );
      }
      this.wasAway = this.stalled;
      batch.forEach(({ resolve }, index) => resolve(outcomes[index] as AppendOutcome));
    } catch (error) {
      this.wasAway = true;
      for (const { reject } of batch) reject(error);
    } finally {
      this.pace.end(batch.length);
      this.stalled = false; // the next delivery finds out anew
    }
    const bytes = batch.reduce((sum, { entry }) => sum + sizeOfEntry(entry), 0);
    try {
      this.onFlush({ rows: batch.length, bytes, ms: performance.now() - startedAt });
    } catch {
      // A measurement that fails must not end the flushing: everything submitted later would wait for ever.
    }
  }

  /**
   * Answers everybody, without waiting for the flush: a log that hangs says neither yes nor no. What of it was stored
   * all the same is recognized when it is sent again.
   */
  private giveUpWaiting(batch: readonly Waiting[]): void {
    this.stalled = true;
    const waiting = [...batch, ...this.queue];
    this.queue = [];
    this.queuedBytes = 0;
    for (const { reject } of waiting) reject(noAnswer());
  }
}

function noAnswer(): GatewayError {
  return new GatewayError(
    'store-away',
    'The event store does not answer; nothing was acknowledged. Send again.',
    {
      retryAfter: 1,
    },
  );
}
