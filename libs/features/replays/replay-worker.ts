import type { DataForm } from '@chargelog/catalogue';
import type { StoredEvent } from '@chargelog/domain';
import { pause, pollLoop, type EventReader } from '@chargelog/pipeline';
import type { ReplayClaim } from './replay.js';
import type { ReplayStore } from './replay.store.js';
import { runReplay, type RunEnd } from './replay-runner.js';
import { DEFAULT_RETRY, type RetryPolicy } from './retry-policy.js';
import type { TargetPolicy } from './target-policy.js';

const LOOK_EVERY_MS = 500;
/** Wait after a look that failed: the database is unreachable, and others report it more often. */
const LOOK_AGAIN_MS = 5_000;
/** Wait after a run that broke off: what broke it is mostly still so, and each run may send its last events again. */
const RESUME_AFTER_MS = 2_000;
/** Replays of one instance at a time. Those that wait for long between two attempts do not count, they are in the queue. */
const PARALLEL = 4;

export interface ReplayWorkerOptions {
  readonly jobs: Pick<ReplayStore, 'claimNext' | 'isAnyDue'>;
  readonly reader: EventReader;
  readonly targets: TargetPolicy;
  readonly render: (event: StoredEvent, form: DataForm) => string;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void;
  readonly retry?: RetryPolicy;
  readonly turnMs?: number;
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

  private look(): Promise<void> {
    const { signal } = this.stopping;
    return pollLoop({
      signal,
      everyMs: LOOK_EVERY_MS,
      afterFailureMs: LOOK_AGAIN_MS,
      look: async () => {
        while (this.running.size < PARALLEL && !signal.aborted && (await this.takeOne())) continue;
      },
      onFailure: (error) =>
        this.options.log('warn', 'replays cannot be looked up, trying again', { err: error }),
    });
  }

  private async takeOne(): Promise<boolean> {
    const { jobs, log } = this.options;
    const claim = await jobs.claimNext();
    if (claim === undefined) return false;
    const { id, position, retry } = claim.replay;
    log('info', 'replay running', { replay: id, position: position.toString(), attempts: retry?.attempts });
    const work = this.run(claim).finally(() => this.running.delete(work));
    this.running.add(work);
    return true;
  }

  /** Never rejects. */
  private async run(claim: ReplayClaim): Promise<void> {
    const { log, jobs, retry = DEFAULT_RETRY } = this.options;
    const { signal } = this.stopping;
    const { id } = claim.replay;
    const isAwaited = async (): Promise<boolean> => this.running.size >= PARALLEL && (await jobs.isAnyDue());
    try {
      const end = await runReplay(claim, { ...this.options, retry, isAwaited }, signal);
      log(end === 'interrupted' ? 'warn' : 'info', MESSAGES[end], { replay: id });
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

const MESSAGES: Readonly<Record<RunEnd, string>> = {
  completed: 'replay completed',
  failed: 'replay failed',
  cancelled: 'replay cancelled',
  postponed: 'replay waits for its next attempt',
  yielded: 'replay gives way to one that waited',
  interrupted: 'replay lost its claim, it will be resumed',
  stopped: 'replay stopped, it will be resumed',
};
