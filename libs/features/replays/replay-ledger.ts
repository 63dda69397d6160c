import { pollLoop } from '@chargelog/pipeline';
import type { ReplayClaim, ReplayProgress, ReplayRetry, ReplayState } from './replay.js';

/** How often progress is stored and the job's state looked at: the longest that sending goes on after a cancellation. */
const LOOK_EVERY_MS = 500;
/** After a crash at most this many events are sent a second time. */
const STORE_EVERY_EVENTS = 50n;

/**
 * Where a replay stands, and its stored copy. Looks at the job in the background, so that a cancellation or a lost
 * database also ends a wait for a slow target.
 */
export class ReplayLedger {
  private readonly ended = new AbortController();
  private readonly closing = new AbortController();
  private readonly looking: Promise<void>;
  private current: ReplayProgress;
  private storedSentCount: bigint;
  private storeFault: { readonly error: unknown } | undefined;

  /** Aborted when the work must stop: cancelled, or progress could not be stored. */
  readonly signal = this.ended.signal;

  constructor(private readonly claim: ReplayClaim) {
    const { position, sentCount, retryCount } = claim.replay;
    this.current = { position, sentCount, retryCount };
    this.storedSentCount = sentCount;
    this.looking = this.look();
  }

  get progress(): ReplayProgress {
    return this.current;
  }

  /** Why progress could not be stored, if so. */
  get fault(): { readonly error: unknown } | undefined {
    return this.storeFault;
  }

  /** An event was not acknowledged. Stored before the wait, so that no attempt is forgotten however the wait ends. */
  async postpone(retry: ReplayRetry, waitMs: number): Promise<void> {
    this.current = { ...this.current, retryCount: this.current.retryCount + 1n };
    await this.store((progress) => this.claim.postpone(progress, retry, waitMs));
  }

  /** Looks at the job now; {@link signal} is aborted when it was cancelled. */
  async refresh(): Promise<void> {
    await this.store();
  }

  /** An event was acknowledged. Waits for the store when too much would be sent again after a crash. */
  async countSent(position: bigint): Promise<void> {
    this.current = { ...this.current, position, sentCount: this.current.sentCount + 1n };
    if (this.current.sentCount - this.storedSentCount >= STORE_EVERY_EVENTS) await this.store();
  }

  /** Everything up to the position has been sent or did not match. */
  async reach(position: bigint): Promise<void> {
    if (position <= this.current.position) return;
    this.current = { ...this.current, position };
    await this.store();
  }

  /** Ends the looking and stores what is not stored yet, unless the claim is gone. Never throws. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.looking;
    // A cancelled job still learns what had been sent.
    if (!this.claim.signal.aborted && this.storeFault === undefined) await this.store();
  }

  private look(): Promise<void> {
    return pollLoop({
      signal: AbortSignal.any([this.closing.signal, this.ended.signal, this.claim.signal]),
      firstAfterMs: LOOK_EVERY_MS,
      everyMs: LOOK_EVERY_MS,
      look: () => this.store(),
    });
  }

  /** Statements of one session run in the order they were given, so a background look never undoes what came after it. */
  private async store(
    write = (progress: ReplayProgress): Promise<ReplayState> => this.claim.progress(progress),
  ): Promise<void> {
    const progress = this.current;
    try {
      const state = await write(progress);
      if (progress.sentCount > this.storedSentCount) this.storedSentCount = progress.sentCount;
      if (state !== 'running') this.ended.abort();
    } catch (error) {
      this.storeFault ??= { error };
      this.ended.abort();
    }
  }
}
