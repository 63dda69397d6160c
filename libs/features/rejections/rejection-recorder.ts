import { newUuidV7 } from '@chargelog/domain';
import { AtMostEvery, takeBounded } from '@chargelog/pipeline';
import { RateLimiter, type RejectedRequest } from '@chargelog/webhook';
import { rejectionReason, type RejectionReason } from './rejection-reason.js';
import type { NewRejection, RejectionStore, RejectionTally } from './rejection.store.js';
import { sealRequest, type Sealer } from './sealed-request.js';

/** How long and how much of each source is kept. The writer may be ahead of the trimming by TRIM_EVERY_BYTES. */
export const REJECTIONS_KEPT_MS = 72 * 3_600_000;
const TRIM_EVERY_BYTES = 4 * 1024 * 1024;
export const REJECTION_BYTES_PER_SOURCE = 64 * 1024 * 1024 - TRIM_EVERY_BYTES;

export interface RecorderLimits {
  /** Kept of one source, on average and at once. */
  readonly perSecond: number;
  readonly burst: number;
  /** What may wait to be written, over all sources. */
  readonly maxQueuedRows: number;
  readonly maxQueuedBytes: number;
}

/** A wrong secret shows within its first deliveries; the burst holds some minutes of them, the rate a sample of the rest. */
export const DEFAULT_RECORDER_LIMITS: RecorderLimits = {
  perSecond: 10,
  burst: 500,
  maxQueuedRows: 2_000,
  maxQueuedBytes: 16 * 1024 * 1024,
};

const BATCH = { maxCount: 200, maxBytes: 2 * 1024 * 1024 };
/** At most this often is anything written, however many arrive: that is what a flood costs. */
const WRITE_EVERY_MS = 250;
const TRY_AGAIN_MS = 1_000;
const WARN_EVERY_MS = 60_000;

export interface RejectionRecorderOptions {
  readonly store: Pick<RejectionStore, 'keep' | 'trim'>;
  /** Undefined: nothing is kept, only counted. */
  readonly sealer: Sealer | undefined;
  readonly log: (level: 'info' | 'warn', message: string, fields: Record<string, unknown>) => void;
  readonly limits?: RecorderLimits;
}

interface Waiting extends RejectedRequest {
  readonly id: string;
  readonly reason: RejectionReason;
}

interface Tally {
  readonly sourceId: number;
  readonly reason: RejectionReason;
  rejected: number;
  kept: number;
}

/**
 * Keeps rejected deliveries, sealed, so that a wrong secret can be explained and mended afterwards. Offering costs the
 * door nothing but a place in a bounded queue; sealing and writing happen behind it, at most four times a second. Under
 * a flood most are lost, which is meant; every one is counted.
 */
export class RejectionRecorder {
  private readonly limits: RecorderLimits;
  private readonly limiters = new Map<number, RateLimiter>();
  private readonly warnings = new AtMostEvery(WARN_EVERY_MS);
  private queue: Waiting[] = [];
  private queuedBytes = 0;
  private tallies = new Map<string, Tally>();
  private writtenBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: RejectionRecorderOptions) {
    this.limits = options.limits ?? DEFAULT_RECORDER_LIMITS;
  }

  /** Never throws and never waits. */
  offer(rejected: RejectedRequest): void {
    if (this.closed) return;
    const reason = rejected.misdirectedTo === undefined ? rejectionReason(rejected.headers) : 'path-wrong';
    this.tally(rejected.source.id, reason).rejected += 1;
    this.warn(rejected, reason);
    if (this.options.sealer !== undefined && this.hasRoomFor(rejected)) {
      this.queue.push({ ...rejected, reason, id: newUuidV7(rejected.receivedAt) });
      this.queuedBytes += rejected.body.length;
    }
    this.schedule(WRITE_EVERY_MS);
  }

  /** Writes what waits, once; what cannot be written then is lost. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.writing;
    while (this.queue.length > 0 || this.tallies.size > 0) {
      if (!(await this.writeBatch())) return;
    }
  }

  private hasRoomFor({ source, body }: RejectedRequest): boolean {
    if (this.queue.length >= this.limits.maxQueuedRows) return false;
    if (this.queuedBytes + body.length > this.limits.maxQueuedBytes) return false;
    let limiter = this.limiters.get(source.id);
    if (limiter === undefined) {
      limiter = new RateLimiter({ perSecond: this.limits.perSecond, burst: this.limits.burst });
      this.limiters.set(source.id, limiter);
    }
    return limiter.take() === 0;
  }

  private schedule(ms: number): void {
    if (this.timer !== undefined || this.writing !== undefined || this.closed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.writing = this.writeAll();
    }, ms);
  }

  private async writeAll(): Promise<void> {
    const succeeded = await this.writeBatch();
    this.writing = undefined;
    if (this.queue.length > 0 || this.tallies.size > 0) {
      this.schedule(succeeded ? WRITE_EVERY_MS : TRY_AGAIN_MS);
    }
  }

  /** True when the store took it. What it did not take goes back to the front. */
  private async writeBatch(): Promise<boolean> {
    const batch = this.takeBatch();
    const tallies = this.tallies;
    this.tallies = new Map();
    for (const { source, reason } of batch) tallyIn(tallies, source.id, reason).kept += 1;
    try {
      const { sealer } = this.options;
      this.writtenBytes += await (sealer === undefined
        ? this.keep([], tallies)
        : sealer.whileStoring(() =>
            this.keep(
              batch.map((waiting) => seal(sealer, waiting)),
              tallies,
            ),
          ));
    } catch (error) {
      this.options.log('warn', 'rejected deliveries could not be kept, trying again', {
        err: error,
        waiting: this.queue.length + batch.length,
      });
      for (const { source, reason } of batch) tallyIn(tallies, source.id, reason).kept -= 1;
      this.putBack(batch, tallies);
      return false;
    }
    if (this.writtenBytes > TRIM_EVERY_BYTES) await this.trim();
    return true;
  }

  /** Returns the bytes of ciphertext written. */
  private async keep(
    rejections: readonly NewRejection[],
    tallies: ReadonlyMap<string, RejectionTally>,
  ): Promise<number> {
    await this.options.store.keep(rejections, [...tallies.values()]);
    return rejections.reduce((sum, { sealed }) => sum + sealed.bytes.length, 0);
  }

  /** A failure is not one of the batch, which is written: taken for one, it would be counted twice. */
  private async trim(): Promise<void> {
    try {
      await this.options.store.trim({
        receivedBefore: Date.now() - REJECTIONS_KEPT_MS,
        bytesPerSource: REJECTION_BYTES_PER_SOURCE,
      });
      this.writtenBytes = 0;
    } catch (error) {
      this.options.log('warn', 'kept rejections could not be trimmed, trying again', { err: error });
    }
  }

  private takeBatch(): readonly Waiting[] {
    const { taken, rest, bytes } = takeBounded(this.queue, BATCH, ({ body }) => body.length);
    this.queue = rest;
    this.queuedBytes -= bytes;
    return taken;
  }

  private putBack(batch: readonly Waiting[], tallies: ReadonlyMap<string, Tally>): void {
    this.queue = [...batch, ...this.queue];
    this.queuedBytes += batch.reduce((sum, { body }) => sum + body.length, 0);
    for (const { sourceId, reason, rejected, kept } of tallies.values()) {
      const tally = this.tally(sourceId, reason);
      tally.rejected += rejected;
      tally.kept += kept;
    }
  }

  private tally(sourceId: number, reason: RejectionReason): Tally {
    return tallyIn(this.tallies, sourceId, reason);
  }

  /** Once a minute for each source: the reader of the log learns what to do, and a flood does not fill it. */
  private warn({ source }: RejectedRequest, reason: RejectionReason): void {
    // A wrong path is told by who noticed it.
    if (reason === 'path-wrong' || !this.warnings.allows(source.id)) return;
    this.options.log('warn', 'deliveries are rejected for their signature', {
      source: source.name,
      reason,
      next: `chargelog doctor signature --source ${source.name}`,
    });
  }
}

function seal(sealer: Sealer, waiting: Waiting): NewRejection {
  const { id, source, receivedAt, reason, body } = waiting;
  return { id, source, receivedAt, reason, bytes: body.length, sealed: sealRequest(sealer, id, waiting) };
}

function tallyIn(tallies: Map<string, Tally>, sourceId: number, reason: RejectionReason): Tally {
  const key = `${sourceId} ${reason}`;
  let tally = tallies.get(key);
  if (tally === undefined) tallies.set(key, (tally = { sourceId, reason, rejected: 0, kept: 0 }));
  return tally;
}
