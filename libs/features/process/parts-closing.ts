import type { Log } from '@chargelog/telemetry';

/** For all parts together. A part that needs longer is left behind: what it had not stored was not acknowledged. */
const CLOSE_WITHIN_MS = 8_000;

/** The time in which the parts of a gateway that stops must close. It begins when the first part closes. */
export class PartsClosing {
  private until: number | undefined;

  constructor(
    private readonly log: Log,
    private readonly withinMs = CLOSE_WITHIN_MS,
  ) {}

  /** Closes a part. Never throws, and resolves when the time is over whether the part has closed or not. */
  async close(part: () => Promise<void>): Promise<void> {
    this.until ??= performance.now() + this.withinMs;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(
        () => {
          this.log(
            'warn',
            'a part did not stop in time and is left behind; nothing acknowledged is lost',
            {},
          );
          resolve();
        },
        Math.max((this.until ?? 0) - performance.now(), 0),
      );
    });
    try {
      await Promise.race([part(), late]);
    } catch (error) {
      this.log('error', 'a part did not stop cleanly', { err: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
