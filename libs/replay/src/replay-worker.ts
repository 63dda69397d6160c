import type { StoredEvent } from '@chargelog/domain';
import type { EventReader, JobStore } from '@chargelog/pipeline';
import { DEFAULT_RETRY, pause, runReplay, type RetryPolicy } from './replay-runner.js';
import type { TargetGuard } from './target-guard.js';

const LOOK_EVERY_MS = 500;
/** Replays of one instance at a time; a slow target must not hold up every other job. */
const PARALLEL = 4;

export interface ReplayWorkerOptions {
  readonly jobs: JobStore;
  readonly reader: EventReader;
  readonly targets: TargetGuard;
  readonly render: (event: StoredEvent) => string;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void;
  readonly retry?: RetryPolicy;
}

/** Looks for replays that nobody works on, and works on them. Any number of instances may do so side by side. */
export class ReplayWorker {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private looking: Promise<void> | undefined;

  constructor(private readonly options: ReplayWorkerOptions) {}

  start(): void {
    this.looking ??= this.look();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await Promise.all(this.running);
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        while (this.running.size < PARALLEL && !signal.aborted && (await this.takeOne())) continue;
      } catch (error) {
        this.options.log('warn', 'replays cannot be looked up, trying again', { err: error });
        await pause(5_000, signal);
      }
      await pause(LOOK_EVERY_MS, signal);
    }
  }

  private async takeOne(): Promise<boolean> {
    const { jobs, log, retry } = this.options;
    const claim = await jobs.claimNext();
    if (claim === undefined) return false;
    const { id } = claim.replay;
    log('info', 'replay running', { replay: id, position: claim.replay.position.toString() });
    const work = runReplay(claim, { ...this.options, retry: retry ?? DEFAULT_RETRY }, this.stopping.signal)
      // The store went away in the middle: the job stays as it was stored and is taken up again.
      .catch((error: unknown) =>
        log('warn', 'replay interrupted, it will be resumed', { replay: id, err: error }),
      )
      .then(() => claim.release())
      .finally(() => this.running.delete(work));
    this.running.add(work);
    return true;
  }
}
