import type { Log } from '@chargelog/telemetry';

const EVERY_MS = 3_600_000;

/** A piece of upkeep. Must be safe to run on several instances at once. */
export type Chore = () => Promise<unknown>;

/** Runs every chore at the start and then once an hour: partitions made ahead, what has been kept long enough removed. */
export class Maintenance {
  private running: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly chores: Readonly<Record<string, Chore>>,
    private readonly log: Log,
  ) {}

  start(): void {
    this.tick();
    this.timer = setInterval(() => this.tick(), EVERY_MS);
  }

  /** Waits for the chores that run. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private tick(): void {
    this.running = this.running.then(() => this.run());
  }

  private async run(): Promise<void> {
    // Each by itself: a reader that keeps partitions from being made must not keep rejections beyond their 72 hours.
    for (const [chore, work] of Object.entries(this.chores)) {
      try {
        await work();
      } catch (error) {
        this.log('error', 'maintenance failed, tried again within the hour', { chore, err: error });
      }
    }
  }
}
