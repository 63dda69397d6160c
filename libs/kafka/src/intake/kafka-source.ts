import {
  backOffMs,
  pause,
  waitAtMost,
  type NotificationSource,
  type SourceHealth,
} from '@chargelog/pipeline';
import { patchKafkajs } from '../kafkajs-patches/patch-kafkajs.js';
import { errorText } from './client.js';
import { timingsOf } from './consumer-config.js';
import type { IntakeContext } from './intake-context.js';
import { IntakeSession } from './intake-session.js';
import { KnownGaps } from './known-gaps.js';

const MAX_RESTART_BACK_OFF_MS = 30_000;
/** A session that lived this long was sound: the next failure starts the back-off anew. */
const SOUND_AFTER_MS = 60_000;
/** No fetch and no heartbeat for this many session timeouts: the client is stuck, as it can be after a rebalance. */
const STUCK_AFTER_SESSION_TIMEOUTS = 4;
const CLOSE_TIMEOUT_MS = 9_500;
const STOP_TIMEOUT_MS = 8_000;
/** A consumer that failed gets less time to leave: the next one waits for it. */
const STOP_FAILED_TIMEOUT_MS = 3_000;

export type KafkaSourceOptions = Omit<IntakeContext, 'onAligned'>;

/**
 * A source that reads Kafka topics. The records of a batch and the position behind them are stored in one transaction of
 * the event log; only then are offsets committed to the consumer group. Starts and stays up without a broker: a consumer
 * that fails in whatever way is thrown away and built again, after 1 s, 2 s, … 30 s.
 *
 * Read on in `intake-session.ts` (one consumer's life), `assignment.ts` (the partitions it was given), `alignment.ts`
 * (where each is read on), `store-batch.ts` (what becomes of a batch) and `broker-commits.ts`.
 */
export function createKafkaSource(options: KafkaSourceOptions): NotificationSource {
  return new KafkaSource(options);
}

class KafkaSource implements NotificationSource {
  readonly name: string;
  private readonly context: IntakeContext;
  private readonly closing = new AbortController();
  private session: IntakeSession | undefined;
  private supervision: Promise<void> | undefined;
  /** While a session has no partitions yet; with them it is running, whatever stands here. */
  private state: SourceHealth['state'] = 'idle';
  private fault: string | undefined;
  private lastActivityAt: number | undefined;
  private readonly gaps: KnownGaps;

  constructor(options: KafkaSourceOptions) {
    this.name = options.source.name;
    this.context = {
      ...options,
      onAligned: () => {
        this.state = 'connecting';
        this.fault = undefined;
        void this.gaps.look();
      },
    };
    this.gaps = new KnownGaps(this.context);
  }

  start(): void {
    if (this.supervision !== undefined || this.closing.signal.aborted) return;
    for (const { consequence, reason } of patchKafkajs()) this.log('warn', consequence, { reason });
    this.state = 'connecting';
    this.supervision = this.supervise();
    this.gaps.watch(this.closing.signal);
  }

  async close(): Promise<void> {
    this.closing.abort();
    const stopped = async () => {
      await this.session?.stop(STOP_TIMEOUT_MS);
      await this.supervision;
    };
    await waitAtMost(CLOSE_TIMEOUT_MS, stopped());
    this.state = 'stopped';
  }

  health(): SourceHealth {
    const { session } = this;
    const assignment = session?.assignment;
    const isReading = assignment?.isAligned === true && this.state !== 'stopped';
    const blocked = isReading ? assignment.blockedText : undefined;
    return {
      source: this.name,
      state: !isReading ? this.state : blocked === undefined ? 'running' : 'blocked',
      detail: assignment?.trouble ?? blocked ?? this.fault ?? this.gaps.text,
      lastActivityAt: session?.lastActivityAt ?? this.lastActivityAt,
      lag: isReading ? assignment.lag : undefined,
      ...this.gaps.counts,
    };
  }

  private async supervise(): Promise<void> {
    for (let attempt = 0; !this.closing.signal.aborted; attempt += 1) {
      const startedAt = Date.now();
      const reason = await this.runSession();
      if (this.closing.signal.aborted) return;
      if (Date.now() - startedAt > SOUND_AFTER_MS) attempt = 0;
      const inMs = backOffMs(
        attempt,
        timingsOf(this.context.config).restartBackOffMs,
        MAX_RESTART_BACK_OFF_MS,
      );
      this.log('error', 'Kafka consumer ended, building it again', {
        error: reason,
        attempt: attempt + 1,
        inMs,
      });
      await pause(inMs, this.closing.signal);
    }
  }

  /** Resolves when the session is over, with the reason. */
  private async runSession(): Promise<string> {
    let failed: IntakeSession | undefined;
    try {
      const session = new IntakeSession(this.context);
      this.session = session;
      const watchdog = this.watch(session);
      failed = session;
      this.fault = errorText(await session.run());
      clearInterval(watchdog);
      this.lastActivityAt = session.lastActivityAt ?? this.lastActivityAt;
    } catch (error) {
      this.fault = errorText(error);
    }
    // From here on it counts as failed, although leaving may take it a while.
    if (!this.closing.signal.aborted) {
      this.state = 'restarting';
      this.session = undefined;
      await failed?.stop(STOP_FAILED_TIMEOUT_MS);
    }
    return this.fault;
  }

  private watch(session: IntakeSession): NodeJS.Timeout {
    const startedAt = Date.now();
    const limitMs = STUCK_AFTER_SESSION_TIMEOUTS * timingsOf(this.context.config).sessionTimeoutMs;
    return setInterval(
      () => {
        const silentMs = Date.now() - (session.lastActivityAt ?? startedAt);
        if (silentMs > limitMs) {
          session.fail(new Error(`no fetch and no heartbeat for ${Math.round(silentMs / 1_000)} s`));
        }
      },
      Math.min(limitMs / 4, 5_000),
    );
  }

  private log(level: 'warn' | 'error', message: string, fields: Record<string, unknown>): void {
    this.context.log(level, message, { source: this.name, ...fields });
  }
}
