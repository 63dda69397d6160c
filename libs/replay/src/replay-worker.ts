import type { DataForm } from '@chargelog/catalogue';
import type { StoredEvent } from '@chargelog/domain';
import type { EventReader, JobStore, ReplayClaim } from '@chargelog/pipeline';
import { pause } from '@chargelog/pipeline';
import { DEFAULT_RETRY, runReplay, type RetryPolicy } from './replay-runner.js';
import type { TargetGuard } from './target-guard.js';

const LOOK_EVERY_MS = 500;
/** Wait after a run that broke off: what broke it is mostly still so, and each run may send its last events again. */
const RESUME_AFTER_MS = 2_000;
/** Replays of one instance at a time; a slow target must not hold up every other job. */
const PARALLEL = 4;

export interface ReplayWorkerOptions {
  readonly jobs: JobStore;
  readonly reader: EventReader;
  readonly targets: TargetGuard;
  readonly render: (event: StoredEvent, form: DataForm) => string;
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
    const work = this.run(claim, retry ?? DEFAULT_RETRY).finally(() => this.running.delete(work));
    this.running.add(work);
    return true;
  }

  /** Never rejects. */
  private async run(claim: ReplayClaim, retry: RetryPolicy): Promise<void> {
    const { log } = this.options;
    const { signal } = this.stopping;
    const { id } = claim.replay;
    try {
      const end = await runReplay(claim, { ...this.options, retry }, signal);
      if (end === 'interrupted') log('warn', 'replay lost its claim, it will be resumed', { replay: id });
      else log('info', `replay ${end}`, { replay: id });
    } catch (error) {
      // The store went away in the middle: the job stays as it was stored and is taken up again.
      log('warn', 'replay interrupted, it will be resumed', { replay: id, err: error });
      await pause(RESUME_AFTER_MS, signal);
    }
    await claim
      .release()
      .catch((error: unknown) =>
        log('warn', 'the claim on a replay was not given back cleanly', { replay: id, err: error }),
      );
  }
}
