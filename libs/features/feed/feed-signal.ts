import { pause, type EventReader } from '@chargelog/pipeline';
import type { OnModuleDestroy } from '@nestjs/common';

const POLL_MS = 20;

interface Waiter {
  readonly beyond: bigint;
  readonly wake: () => void;
}

/**
 * Tells waiting readers that the feed's horizon has moved. One poll serves all waiters of the process, and none runs
 * while nobody waits. The horizon is asked for, not the newest row: rows above it may not be handed out yet.
 */
export class FeedSignal implements OnModuleDestroy {
  private readonly waiters = new Set<Waiter>();
  private polling = false;
  private closed = false;

  constructor(private readonly reader: Pick<EventReader, 'horizon'>) {}

  /** After close no wait lasts, so a reader that went on asking would only spin. */
  get isClosed(): boolean {
    return this.closed;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  /** Resolves when the horizon is beyond the given position, after `ms`, or on abort or close; whichever is first. */
  wait(beyond: bigint, ms: number, signal: AbortSignal): Promise<void> {
    if (this.closed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiters.delete(waiter);
        resolve();
      };
      const waiter: Waiter = { beyond, wake };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake, { once: true });
      this.waiters.add(waiter);
      void this.poll();
    });
  }

  /** Nest calls it before the HTTP server closes, so that waiting reads are answered and hold nothing up. */
  onModuleDestroy(): void {
    this.close();
  }

  /** Wakes everybody, now and from now on. */
  close(): void {
    this.closed = true;
    for (const waiter of this.waiters) waiter.wake();
  }

  private async poll(): Promise<void> {
    if (this.polling) return;
    this.polling = true;
    while (this.waiters.size > 0) {
      try {
        const horizon = await this.reader.horizon();
        for (const waiter of this.waiters) if (horizon > waiter.beyond) waiter.wake();
      } catch {
        // The store is away: waiters learn it from their own next read, which answers with the reason.
        for (const waiter of this.waiters) waiter.wake();
      }
      if (this.waiters.size > 0) await pause(POLL_MS);
    }
    this.polling = false;
  }
}
