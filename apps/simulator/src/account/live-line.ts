import { acknowledgedCount, type Account } from './account.js';

/** Where progress is written: a terminal gets one line that is rewritten, a file or pipe gets lines. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** ms since the beginning. */
  readonly elapsedMs: number;
  readonly inFlightCount: number;
  readonly pendingCount: number;
}

const REDRAW_MS = 250;
const LINE_EVERY_MS = 5_000;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows how a run goes while it goes. */
export class LiveLine {
  private readonly timer: NodeJS.Timeout;
  private last = { elapsedMs: 0, acknowledged: 0 };

  constructor(
    private readonly output: ProgressOutput,
    private readonly account: Account,
    private readonly progress: () => Progress,
  ) {
    this.timer = setInterval(() => this.draw(), output.isTTY === true ? REDRAW_MS : LINE_EVERY_MS);
    this.timer.unref();
  }

  draw(): void {
    const progress = this.progress();
    const acknowledged = acknowledgedCount(this.account.webhook) + acknowledgedCount(this.account.kafka);
    const seconds = (progress.elapsedMs - this.last.elapsedMs) / 1_000;
    const rate = seconds <= 0 ? 0 : Math.round((acknowledged - this.last.acknowledged) / seconds);
    this.last = { elapsedMs: progress.elapsedMs, acknowledged };
    const line = renderProgress(this.account, progress, rate);
    if (this.output.isTTY !== true) {
      this.output.write(`${line}\n`);
      return;
    }
    // A line that wraps could not be rewritten.
    this.output.write(CLEAR_LINE + line.slice(0, (this.output.columns ?? 80) - 1));
  }

  /** Clears the line for what is written next. */
  close(): void {
    clearInterval(this.timer);
    if (this.output.isTTY === true) this.output.write(CLEAR_LINE);
  }
}

export function renderProgress(account: Account, progress: Progress, rate: number): string {
  const { webhook, kafka } = account;
  const { stored, duplicate, quarantined, taken } = webhook.acknowledged;
  const outcomes = [
    `${count(stored)} stored`,
    `${count(duplicate)} duplicate`,
    ...(quarantined > 0 ? [`${count(quarantined)} quarantined`] : []),
    ...(taken > 0 ? [`${count(taken)} taken`] : []),
  ];
  const parts = [
    `${(progress.elapsedMs / 1_000).toFixed(0).padStart(3)} s`,
    `${count(rate)}/s`,
    `sent ${count(webhook.sent + kafka.sent)}`,
    ...(webhook.sent > 0 || kafka.sent === 0 ? [`acknowledged ${outcomes.join(', ')}`] : []),
    ...(kafka.sent > 0 ? [`kafka ${count(kafka.acknowledged.taken)}`] : []),
    `retries ${count(account.retryCount)}`,
    `in flight ${progress.inFlightCount}`,
    `waiting ${progress.pendingCount - progress.inFlightCount}`,
  ];
  return parts.join('  ');
}

/** Thousands apart, the same on every machine. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
