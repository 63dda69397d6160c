import { pollLoop } from '@chargelog/pipeline';
import { BrokerAccess, type ConsumerGroup, type PartitionEnds, type TopicFacts } from './broker-access.js';
import { createClient } from './client.js';
import { timingsOf } from './consumer-config.js';
import { errorText } from './fault-text.js';
import { Standing, type Finding } from './findings.js';
import {
  foreignMembers,
  heldByStrangers,
  STRAY_COMMITS,
  strayCommits,
  strayFinding,
  unassigned,
  type Looker,
  type Progress,
} from './group-problems.js';
import type { IntakeContext } from './intake-context.js';
import { keyOf } from './partition-ledger.js';
import { openTransactions, topicProblems } from './topic-problems.js';

/** What passes by itself, as it does while a group is shared out, has not when it stands after two more looks. */
const STANDS_AFTER_LOOKS = 2;
/** So many looks may fail before it counts that nobody knows what the brokers hold. */
const BLIND_AFTER_LOOKS = 4;

/** What of the consumer is needed to judge what is seen. */
export interface Watched {
  readonly looker: () => Looker;
  /** True for a partition that this instance reads, as `keyOf` names it. */
  readonly isHeld: (at: string) => boolean;
  /** Called at every look with every topic that has an id. */
  readonly onTopicId: (topic: string, topicId: string) => void;
  /** A topic, a partition or a leader is another than at the last look. */
  readonly onChanged: () => void;
}

/**
 * Looks at all topics of a source and at its consumer group, whoever reads what, apart from the consumer: what is not given
 * to us, or to nobody, is not in sight of it. Every 15 s, so that nothing stays unseen for a minute.
 */
export class SourceWatch {
  /** Undefined before the first look. */
  clusterId: string | undefined;

  private readonly everyMs: number;
  private access: BrokerAccess | undefined;
  private looking: Promise<void> | undefined;
  /** `performance.now()` of the last look that succeeded; of the beginning, before the first one. */
  private seenAt = performance.now();
  private groupSeenAt = performance.now();
  private fault: string | undefined;
  private groupFault: string | undefined;
  /** Of partitions that cannot be asked at the moment too: as they were told last. */
  private readonly ends = new Map<string, PartitionEnds>();
  private shape: string | undefined;
  private progress: Progress | undefined;
  private stray: ReadonlySet<string> = new Set();
  private topicFindings: readonly Finding[] = [];
  private groupFindings: readonly Finding[] = [];
  private readonly refusals: Standing;
  private readonly transactions: Standing;
  private readonly gaps: Standing;

  constructor(
    private readonly context: IntakeContext,
    private readonly watched: Watched,
  ) {
    this.everyMs = timingsOf(context.config).lagIntervalMs;
    // A leader that moves is not at either place for a moment.
    this.refusals = new Standing(this.everyMs);
    this.transactions = new Standing(this.everyMs * STANDS_AFTER_LOOKS);
    this.gaps = new Standing(this.everyMs * STANDS_AFTER_LOOKS);
  }

  /** Looks in the background until the signal is aborted. */
  watch(signal: AbortSignal): void {
    void pollLoop({
      signal,
      everyMs: this.everyMs,
      look: () => this.look(),
      onFailure: () => undefined,
    }).then(() => this.forget());
    // A look under way ends with its connection, whatever it waits for.
    signal.addEventListener('abort', () => void this.forget(), { once: true });
  }

  /** @throws what the brokers or the client throw; the group alone fails without an error. */
  look(): Promise<void> {
    this.looking ??= this.lookNow().finally(() => (this.looking = undefined));
    return this.looking;
  }

  /** True when all topics have been looked at once. */
  get hasSeen(): boolean {
    return this.clusterId !== undefined;
  }

  get findings(): readonly Finding[] {
    return [...this.topicFindings, ...this.groupFindings, ...this.blindness()];
  }

  /**
   * Records that are not stored yet, all partitions together; undefined before the first look.
   *
   * @param reading what the consumer knows of a partition that it reads: later than the last look
   */
  lag(
    reading: (at: string) => { readonly next: bigint; readonly high: bigint } | undefined,
  ): bigint | undefined {
    if (!this.hasSeen) return undefined;
    let lag = 0n;
    for (const [at, { low, high }] of this.ends) {
      const known = reading(at);
      const end = known !== undefined && known.high > high ? known.high : high;
      const position = known?.next ?? this.progress?.positions.get(at) ?? low;
      // What the brokers have deleted is no lag any more; it is a gap.
      const next = position < low ? low : position;
      if (end > next) lag += end - next;
    }
    return lag;
  }

  private async lookNow(): Promise<void> {
    const { config } = this.context;
    try {
      this.access ??= await BrokerAccess.open(createClient(config, this.context.log));
      const { access } = this;
      const topics = await access.describe(config.topics);
      await this.lookAtIds(access);
      const { ends, faults } = await access.ends(topics);
      await this.lookAtGroup(access, topics);
      for (const [at, found] of ends) this.ends.set(at, found);
      this.compare(topics);
      this.clusterId = access.clusterId;
      const problems = topicProblems(topics, faults, (nodeId) => access.addressOf(nodeId));
      this.topicFindings = [
        ...problems.filter(({ kind }) => kind !== 'not-answered'),
        ...this.refusals.lasting(problems.filter(({ kind }) => kind === 'not-answered')),
        ...this.transactions.lasting(openTransactions(ends, this.progress?.positions ?? new Map())),
      ];
      this.seenAt = performance.now();
      this.fault = undefined;
    } catch (error) {
      this.fault = errorText(error);
      await this.forget();
      throw error;
    }
  }

  /** Nothing else hangs on them: a topic made anew is also found when its partitions are aligned. */
  private async lookAtIds(access: BrokerAccess): Promise<void> {
    const known = await access.identify(this.context.config.topics).catch(() => []);
    for (const { name, topicId } of known) {
      if (topicId !== undefined) this.watched.onTopicId(name, topicId);
    }
  }

  private compare(topics: readonly TopicFacts[]): void {
    const shape = topics
      .flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, leader }) => `${keyOf(topic, partition)} ${leader ?? 'none'}`),
      )
      .toSorted()
      .join();
    if (this.shape !== undefined && shape !== this.shape) this.watched.onChanged();
    this.shape = shape;
  }

  /** The group's coordinator may be away while the topics are not, and the other way round. */
  private async lookAtGroup(access: BrokerAccess, topics: readonly TopicFacts[]): Promise<void> {
    const { groupId } = this.context.config;
    let committed: ReadonlyMap<string, bigint> = new Map();
    let group: ConsumerGroup | undefined;
    this.groupFault = undefined;
    try {
      group = await access.group(groupId);
      committed = await access.committed(groupId, topics);
    } catch (error) {
      this.groupFault = errorText(error);
    }
    // After the commits: those of ours are never ahead of what was stored before them.
    const positions = await this.loadPositions(access.clusterId, topics);
    if (positions === undefined) {
      // Without them nothing can be compared. The event log being away is told elsewhere.
      if (this.progress !== undefined) this.progress = { ...this.progress, committed };
      if (group !== undefined) this.groupSeenAt = performance.now();
      return;
    }
    const progress = { committed, positions };
    if (group !== undefined) this.judge(group, topics, progress);
    this.progress = progress;
  }

  private judge(group: ConsumerGroup, topics: readonly TopicFacts[], progress: Progress): void {
    const looker = this.watched.looker();
    this.stray = strayCommits(this.progress, progress, this.stray, this.watched.isHeld);
    // Where the reader is known, its commits say nothing new.
    const known = heldByStrangers(group, looker);
    const unexplained = [...this.stray].filter((at) => !known.has(at));
    const strays = unexplained.length === 0 ? [] : [strayFinding(unexplained, progress, looker.groupId)];
    const isSharedOut = group.state === 'Stable';
    // While a group is shared out its members tell nothing: what was known of them stands.
    const members = isSharedOut
      ? [...foreignMembers(group, topics, looker), ...this.gaps.lasting(unassigned(group, topics, looker))]
      : this.groupFindings.filter(({ at }) => at !== STRAY_COMMITS);
    this.groupFindings = [...members, ...strays];
    if (isSharedOut || looker.memberId === undefined) this.groupSeenAt = performance.now();
    else this.groupFault = `its state is ${group.state}`;
  }

  private async loadPositions(
    clusterId: string,
    topics: readonly TopicFacts[],
  ): Promise<ReadonlyMap<string, bigint> | undefined> {
    const { positions, source } = this.context;
    const found = new Map<string, bigint>();
    try {
      for (const { topic, partitions } of topics) {
        if (partitions.length === 0) continue;
        for (const [partition, next] of await positions.load(source.id, clusterId, topic)) {
          found.set(keyOf(topic, partition), next);
        }
      }
      return found;
    } catch {
      return undefined;
    }
  }

  private blindness(): readonly Finding[] {
    const limitMs = this.everyMs * BLIND_AFTER_LOOKS;
    const now = performance.now();
    const seconds = (since: number) => Math.round((now - since) / 1_000);
    const whatToDo =
      'What is read goes on being read. Whether that is all is not known until the brokers answer; it is asked again by itself.';
    if (now - this.seenAt > limitMs) {
      const detail = `what the brokers hold was not to be seen for ${seconds(this.seenAt)} s: ${this.fault ?? 'a look takes too long'}`;
      return [{ kind: 'not-seen', at: 'topics', detail, whatToDo }];
    }
    if (now - this.groupSeenAt > limitMs) {
      const { groupId } = this.context.config;
      const reason = this.groupFault ?? 'a look takes too long';
      const detail = `who is in consumer group ${groupId} was not to be seen for ${seconds(this.groupSeenAt)} s: ${reason}`;
      return [{ kind: 'not-seen', at: 'group', detail, whatToDo }];
    }
    return [];
  }

  /** The next look begins with a connection of its own, made from the configuration as it is then. */
  private async forget(): Promise<void> {
    const { access } = this;
    this.access = undefined;
    await access?.close();
  }
}
