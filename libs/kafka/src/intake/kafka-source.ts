import {
  backOffMs,
  pause,
  waitAtMost,
  type NotificationSource,
  type SourceHealth,
} from '@chargelog/pipeline';
import { patchKafkajs } from '../kafkajs-patches/patch-kafkajs.js';
import { timingsOf } from './consumer-config.js';
import { errorText } from './fault-text.js';
import type { Finding } from './findings.js';
import type { IntakeContext } from './intake-context.js';
import { IntakeSession } from './intake-session.js';
import { KnownGaps } from './known-gaps.js';
import type { MemberIdentity } from './member-identity.js';
import { SourceWatch } from './source-watch.js';

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
 * (where each is read on), `store-batch.ts` (what becomes of a batch), `broker-commits.ts` and `source-watch.ts` (what is to be
 * read, whoever reads it).
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
  private readonly watch: SourceWatch;
  private identity: MemberIdentity | undefined;
  /** Set while the consumer group belongs to another source of this process. */
  private sharedGroup: Finding | undefined;

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
    const { groupId, clientId } = this.context.config;
    this.watch = new SourceWatch(this.context, {
      looker: () => ({
        groupId,
        clientId: clientId ?? 'chargelog',
        identity: this.identity ?? { log: '', source: this.name },
        memberId: this.session?.memberId,
      }),
      isHeld: (at) => this.session?.assignment?.reading(at) !== undefined,
      onTopicId: (topic, topicId) => this.session?.assignment?.onTopicId(topic, topicId),
      onChanged: () => void this.session?.refresh(),
    });
  }

  start(): void {
    if (this.supervision !== undefined || this.closing.signal.aborted) return;
    for (const { consequence, reason } of patchKafkajs()) this.log('warn', consequence, { reason });
    this.state = 'connecting';
    this.supervision = this.supervise();
    this.gaps.watch(this.closing.signal);
    this.watch.watch(this.closing.signal);
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
    const { session, watch } = this;
    const assignment = session?.assignment;
    const isStopped = this.state === 'stopped';
    // Without a look at all topics nobody knows whether what is being read is all there is.
    const isReading = assignment?.isAligned === true && watch.hasSeen && !isStopped;
    const problems = isStopped ? [] : this.problems();
    const first = problems[0]?.detail;
    const others = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
    return {
      source: this.name,
      state: !isReading ? this.state : problems.length === 0 ? 'running' : 'blocked',
      detail:
        (isReading ? undefined : this.fault) ?? (first && first + others) ?? this.fault ?? this.gaps.text,
      lastActivityAt: session?.lastActivityAt ?? this.lastActivityAt,
      lag: isStopped ? undefined : watch.lag((at) => assignment?.reading(at)),
      problems: problems.map(({ kind, detail, whatToDo }) => ({ kind, detail, whatToDo })),
      ...this.gaps.counts,
    };
  }

  /** Each place once: what the watch says of it knows more. */
  private problems(): readonly Finding[] {
    const seen = this.watch.findings;
    const places = new Set(seen.map(({ at }) => at));
    const isSeen = (at: string) => places.has(at) || places.has(at.slice(0, at.lastIndexOf('/')));
    const met = this.session?.assignment?.findings.filter(({ at }) => !isSeen(at)) ?? [];
    return [...(this.sharedGroup === undefined ? [] : [this.sharedGroup]), ...met, ...seen];
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
      const identity = await this.identify();
      await this.untilGroupIsOurs();
      if (this.closing.signal.aborted) return 'stopped';
      const session = new IntakeSession(this.context, identity);
      this.session = session;
      const watchdog = this.guard(session);
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

  /** Who this is to the other members of the group. */
  private async identify(): Promise<MemberIdentity> {
    this.identity ??= { log: await this.context.positions.logName(), source: this.name };
    return this.identity;
  }

  /** Looks whose group it is, before it is joined, and waits while it is another source's. */
  private async untilGroupIsOurs(): Promise<void> {
    const { signal } = this.closing;
    for (await this.lookUnlessClosing(); !signal.aborted; await this.lookUnlessClosing()) {
      this.sharedGroup = this.claimGroup();
      if (this.sharedGroup === undefined) return;
      this.state = 'blocked';
      this.fault = undefined;
      await pause(timingsOf(this.context.config).lagIntervalMs, signal);
    }
  }

  /** Brokers may keep a look waiting for longer than closing may take. */
  private async lookUnlessClosing(): Promise<void> {
    const { signal } = this.closing;
    let end: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (end = resolve));
    signal.addEventListener('abort', end, { once: true });
    try {
      await Promise.race([this.watch.look(), closed]);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  private claimGroup(): Finding | undefined {
    const { claims, config, source } = this.context;
    const { clusterId } = this.watch;
    // Clusters without an id cannot be told apart.
    if (clusterId === undefined || clusterId === 'unnamed') return undefined;
    const owner = claims.claim(clusterId, config.groupId, source);
    if (owner === undefined) return undefined;
    return {
      kind: 'shared-group',
      at: 'group',
      detail: `source ${owner} has the same consumer group ${config.groupId} on the same Kafka cluster, however its brokers are spelt; ${this.name} is not read`,
      whatToDo: 'Give one of both a `groupId` of its own in the configuration, and restart.',
    };
  }

  private guard(session: IntakeSession): NodeJS.Timeout {
    const startedAt = Date.now();
    const limitMs = STUCK_AFTER_SESSION_TIMEOUTS * timingsOf(this.context.config).sessionTimeoutMs;
    return setInterval(
      () => {
        const silentMs = Date.now() - (session.lastActivityAt ?? startedAt);
        if (this.claimGroup() !== undefined) {
          session.fail(new Error('the consumer group belongs to another source of this gateway'));
        } else if (silentMs > limitMs) {
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
