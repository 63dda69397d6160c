import type { Log } from '@chargelog/telemetry';

type Close = () => Promise<void>;

/** For all but what is underneath. A part that needs longer is left behind: what it had not stored was not acknowledged. */
const CLOSE_WITHIN_MS = 8_000;

/** How an instance stops: its doors first, then its parts all at once, then what they stood on. */
export class Closing {
  private readonly doors: Close[] = [];
  private readonly parts: Close[] = [];
  private readonly ground: Close[] = [];

  constructor(
    private readonly log: Log,
    private readonly withinMs = CLOSE_WITHIN_MS,
  ) {}

  /** Where work comes in. Closed when what came in has been answered, so the parts must still work then. */
  door(close: Close): void {
    this.doors.push(close);
  }

  push(close: Close): void {
    this.parts.push(close);
  }

  /** What the parts need to finish their work; closed in the reverse order. */
  underneath(close: Close): void {
    this.ground.push(close);
  }

  async closeAll(): Promise<void> {
    const until = performance.now() + this.withinMs;
    await Promise.all(this.doors.splice(0).map((close) => this.run(close, until)));
    await Promise.all(this.parts.splice(0).map((close) => this.run(close, until)));
    for (const close of this.ground.splice(0).toReversed()) await this.run(close, Infinity);
  }

  private async run(close: Close, until: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      if (until === Infinity) return;
      timer = setTimeout(
        () => {
          this.log(
            'warn',
            'a part did not stop in time and is left behind; nothing acknowledged is lost',
            {},
          );
          resolve();
        },
        Math.max(until - performance.now(), 0),
      );
    });
    try {
      await Promise.race([close(), late]);
    } catch (error) {
      this.log('error', 'a part did not stop cleanly', { err: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
