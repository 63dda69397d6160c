import { pause, pollLoop } from '@chargelog/pipeline';
import { derive } from './derive.js';
import type { ReindexChange, ReindexClaim } from './reindex-claim.js';
import type { ReindexStore } from './reindex.store.js';

const LOOK_EVERY_MS = 2_000;
/** Pause after a look that failed: the database is away, and others say so more often. */
const LOOK_AGAIN_MS = 5_000;
const PAGE_ROWS = 500;
/** Between two pages, so that what arrives comes first. */
const REST_MS = 10;

export interface ReindexWorkerOptions {
  readonly store: Pick<ReindexStore, 'claim'>;
  readonly log: (level: 'info' | 'warn', message: string, fields: Record<string, unknown>) => void;
}

/** Works on the reindex that somebody asked for, page by page, and goes on after a restart where it stood. */
export class ReindexWorker {
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(private readonly options: ReindexWorkerOptions) {}

  start(): void {
    this.looking ??= this.look();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  private look(): Promise<void> {
    return pollLoop({
      signal: this.stopping.signal,
      everyMs: LOOK_EVERY_MS,
      afterFailureMs: LOOK_AGAIN_MS,
      look: async () => {
        const claim = await this.options.store.claim();
        if (claim !== undefined) await this.run(claim);
      },
      onFailure: (error) =>
        this.options.log('warn', 'whether a reindex waits cannot be looked up, trying again', { err: error }),
    });
  }

  private async run(claim: ReindexClaim): Promise<void> {
    try {
      const end = await reindex(claim, AbortSignal.any([this.stopping.signal, claim.signal]));
      if (end !== 'stopped') this.options.log('info', `reindex ${end}`, {});
    } catch (error) {
      this.options.log('warn', 'reindex interrupted, it will be resumed', { err: error });
    } finally {
      await claim.release().catch(() => undefined); // its lock goes with its connection in any case
    }
  }
}

/** @returns `stopped`: what was done is stored, the rest is for the next claim. */
export async function reindex(
  claim: ReindexClaim,
  stop: AbortSignal,
): Promise<'completed' | 'cancelled' | 'stopped'> {
  const { endPosition } = claim.job;
  let { position } = claim.job;
  while (position < endPosition) {
    if (stop.aborted) return 'stopped';
    const page = await claim.page(position, PAGE_ROWS);
    const changed: ReindexChange[] = [];
    const changes: Record<string, number> = {};
    for (const row of page.rows) {
      const derived = derive(row);
      if (derived === undefined) continue;
      changed.push({ id: row.id, ...derived });
      const name = row.type === derived.type ? row.type : `${row.type} → ${derived.type}`;
      changes[name] = (changes[name] ?? 0) + 1;
    }
    ({ position } = page);
    const progress = { position, examined: page.rows.length, changed: changed.length, changes };
    const state = await claim.apply(claim.job.dryRun ? [] : changed, progress);
    if (state === 'cancelled') return 'cancelled';
    await pause(REST_MS, stop);
  }
  await claim.finish();
  return 'completed';
}
