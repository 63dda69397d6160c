import type { StoredEvent } from '@chargelog/domain';
import type {
  Replay,
  ReplayClaim,
  ReplayFailure,
  ReplayProgress,
  ReplayRetry,
  ReplayState,
} from '@chargelog/features/replays';
import type { EventReader } from '@chargelog/pipeline';

/** Events at the positions 1 … count. */
export function storedEvents(count: number): StoredEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `event-${i + 1}`,
    position: BigInt(i + 1),
    occurredAt: 0,
    receivedAt: 0,
    tenant: 'acme',
    source: 'ampeco',
    transport: 'webhook',
    notification: 'test.happened',
    type: 'test.happened',
    subject: undefined,
    related: {},
    flags: 0,
    data: '{}',
  }));
}

/** A feed in memory; the horizon is far beyond every event unless said. */
export function readerOf(
  events: readonly StoredEvent[],
  horizon: () => bigint = () => 1_000_000n,
): EventReader {
  const unused = (): never => {
    throw new Error('a replay reads only the feed');
  };
  return {
    feed: (after, limit) => {
      const upTo = horizon();
      const ahead = events.filter(({ position }) => position > after && position <= upTo);
      const page = ahead.slice(0, limit);
      const more = ahead.length >= limit;
      return Promise.resolve({ events: page, position: page.at(-1)?.position ?? after, horizon: upTo, more });
    },
    find: unused,
    raw: unused,
    deliveries: unused,
    page: unused,
    arrivals: unused,
    positionBefore: unused,
    horizon: unused,
    end: unused,
    epoch: unused,
  };
}

/** A claim in memory: what the database would hold, and the faults it may have. */
export class FakeClaim implements ReplayClaim {
  private readonly lost = new AbortController();
  private waiting: (() => void)[] = [];
  readonly signal = this.lost.signal;
  readonly postponed: { readonly retry: ReplayRetry; readonly waitMs: number }[] = [];
  readonly finished: { state: string; progress: ReplayProgress; failure: ReplayFailure | undefined }[] = [];
  state: ReplayState = 'running';
  stored: ReplayProgress;
  fault: Error | undefined;
  progressAfterLoss = 0;
  released = 0;

  constructor(readonly replay: Replay) {
    const { position, sentCount, retryCount } = replay;
    this.stored = { position, sentCount, retryCount };
  }

  progress(progress: ReplayProgress): Promise<ReplayState> {
    if (this.signal.aborted) this.progressAfterLoss += 1;
    if (this.fault !== undefined) return Promise.reject(this.fault);
    this.stored = progress;
    for (const tell of this.waiting.splice(0)) tell();
    return Promise.resolve(this.state);
  }

  postpone(progress: ReplayProgress, retry: ReplayRetry, waitMs: number): Promise<ReplayState> {
    if (this.fault === undefined) this.postponed.push({ retry, waitMs });
    return this.progress(progress);
  }

  finish(state: 'completed' | 'failed', progress: ReplayProgress, failure?: ReplayFailure): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    this.state = state;
    this.stored = progress;
    this.finished.push({ state, progress, failure });
    return Promise.resolve();
  }

  release(): Promise<void> {
    this.released += 1;
    return Promise.resolve();
  }

  lose(): void {
    this.lost.abort();
  }

  nextProgress(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

export function claimOf(parts: Partial<Replay>): FakeClaim {
  return new FakeClaim({
    id: 'replay-1',
    state: 'running',
    filter: {},
    targetUrl: 'http://127.0.0.1:9/',
    form: { normalized: true, masked: false },
    createdAt: 0,
    startedAt: 0,
    finishedAt: undefined,
    endPosition: 0n,
    position: 0n,
    sentCount: 0n,
    retryCount: 0n,
    retry: undefined,
    dueAt: 0,
    failure: undefined,
    ...parts,
  });
}
