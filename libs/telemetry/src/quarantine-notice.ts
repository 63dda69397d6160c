import type { Log } from './logger.js';

const SAY_AGAIN_MS = 60_000;

/**
 * Tells the log that deliveries of a source go to quarantine, once a minute and source: whoever has no metrics learns that
 * somebody must decide, and a flood does not fill the log.
 */
export class QuarantineNotice {
  private readonly saidAt = new Map<string, number>();

  /** @param now ms, never going backwards. */
  constructor(
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
  ) {}

  say(source: string): void {
    const now = this.now();
    const saidAt = this.saidAt.get(source);
    if (saidAt !== undefined && now - saidAt < SAY_AGAIN_MS) return;
    this.saidAt.set(source, now);
    this.log('warn', 'deliveries go to quarantine', {
      source,
      next: `chargelog quarantine list --source ${source}`,
    });
  }
}
