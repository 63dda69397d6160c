/** Time as the scheduler needs it, so that tests can run minutes in no time. */
interface SchedulerClock {
  /** ms, from any origin. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface ScheduleOptions {
  /** Per second. */
  readonly rate: number;
  readonly durationMs: number;
  /** Ends the schedule early. */
  readonly signal: AbortSignal;
  readonly clock?: SchedulerClock;
  /** How many more may be made now; 0 while the receiver cannot keep up. */
  room(): number;
  make(): void;
}

const SHORTEST_SLEEP_MS = 2;
const LONGEST_SLEEP_MS = 50;

const realClock: SchedulerClock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Makes notifications at an even rate: `rate × duration` of them in all, exactly, whatever the timer's grain. What is
 * late because there was no room is made up for, in a burst, as it happens behind AMPECO's own rate limit; what is still
 * due at the end is left out.
 */
export async function runSchedule(options: ScheduleOptions): Promise<{ readonly madeCount: number }> {
  const clock = options.clock ?? realClock;
  const startedAt = clock.now();
  let madeCount = 0;
  while (!options.signal.aborted) {
    const elapsed = Math.min(clock.now() - startedAt, options.durationMs);
    const due = Math.floor((elapsed * options.rate) / 1_000 + 1e-9) - madeCount;
    const now = Math.min(due, options.room());
    for (let index = 0; index < now && !options.signal.aborted; index++) options.make();
    madeCount += Math.max(0, now);
    if (elapsed >= options.durationMs) break;
    const untilNext = ((madeCount + 1) * 1_000) / options.rate - elapsed;
    const untilEnd = options.durationMs - elapsed;
    await clock.sleep(Math.max(SHORTEST_SLEEP_MS, Math.min(untilNext, untilEnd, LONGEST_SLEEP_MS)));
  }
  return { madeCount };
}
