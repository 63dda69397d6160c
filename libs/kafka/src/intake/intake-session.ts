import type { Cluster, Consumer, Kafka } from 'kafkajs';
import { waitAtMost } from '@chargelog/pipeline';
import { acceptPartialAnswers, type ReadingObserver } from '../kafkajs-patches/partial-answers.patch.js';
import { Assignment } from './assignment.js';
import { createClient } from './client.js';
import { CLIENT_RETRY, timingsOf } from './consumer-config.js';
import type { IntakeContext } from './intake-context.js';
import type { MemberIdentity } from './member-identity.js';
import { subscriptionAssigner } from './subscription-assigner.js';

/**
 * One life of a consumer: connects, joins the group, hands batches to the assignment in force, until it fails or is
 * stopped. Never used twice.
 */
export class IntakeSession {
  /** ms since 1970 UTC of the last fetch, batch or heartbeat. */
  lastActivityAt: number | undefined;
  /** What the group calls this member; undefined before it has joined. */
  memberId: string | undefined;

  private readonly stopping = new AbortController();
  private readonly kafka: Kafka;
  private readonly consumer: Consumer;
  private cluster: Cluster | undefined;
  /** The newest is in force; those before it may still have a batch on its way into the event log. */
  private assignments: readonly Assignment[] = [];
  private readonly over: Promise<unknown>;
  private end: (reason: unknown) => void = () => undefined;

  constructor(
    private readonly context: IntakeContext,
    identity: MemberIdentity,
  ) {
    const { config } = context;
    const timings = timingsOf(config);
    this.over = new Promise((resolve) => (this.end = resolve));
    this.kafka = createClient(config, context.log);
    this.consumer = this.kafka.consumer({
      groupId: config.groupId,
      sessionTimeout: timings.sessionTimeoutMs,
      rebalanceTimeout: timings.sessionTimeoutMs * 2,
      heartbeatInterval: timings.heartbeatIntervalMs,
      maxWaitTimeInMs: timings.maxWaitMs,
      maxBytesPerPartition: 4 * 1_024 * 1_024,
      maxBytes: 16 * 1_024 * 1_024,
      // How soon a topic that is made, a partition that is added and a leader that comes back are noticed.
      metadataMaxAge: 10_000,
      partitionAssigners: [subscriptionAssigner(identity, (cluster) => this.onCluster(cluster))],
      // A topic created by a misspelt name would hide the mistake for ever.
      allowAutoTopicCreation: false,
      // The source builds a new session itself: one place decides, and its health shows it.
      retry: { ...CLIENT_RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Undefined before the group has given us any partitions. */
  get assignment(): Assignment | undefined {
    return this.assignments.at(-1);
  }

  /** Runs until the consumer fails, is found stuck or is stopped. Resolves with the reason, undefined when stopped. */
  run(): Promise<unknown> {
    this.open().catch((error: unknown) => this.end(error));
    return this.over;
  }

  /** Lets the client look at its topics and their leaders anew. Never rejects: where it fails, the client finds out itself. */
  async refresh(): Promise<void> {
    await this.cluster?.refreshMetadata().catch(() => undefined);
  }

  /** Ends `run` with a reason, whatever the client is doing. `stop` has to follow. */
  fail(reason: Error): void {
    this.end(reason);
  }

  /** Stops fetching, waits for the slice in flight, leaves the group; no longer than `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    this.stopping.abort();
    const stopped = async () => {
      await Promise.all(this.assignments.map((assignment) => assignment.settle()));
      await this.consumer.disconnect();
    };
    await waitAtMost(timeoutMs, stopped());
    this.end(undefined);
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async open(): Promise<void> {
    this.listen();
    await this.consumer.connect();
    if (!this.isStopping) {
      // Where the client goes when its offset is out of range, until it is aligned again: where nothing is skipped.
      await this.consumer.subscribe({ topics: [...this.context.config.topics], fromBeginning: true });
    }
    if (this.isStopping) {
      await this.consumer.disconnect();
      return;
    }
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => this.assignment?.onBatch(payload),
    });
  }

  private onCluster(cluster: Cluster): void {
    this.cluster = cluster;
    const observer: ReadingObserver = {
      onFetched: (topic, partition, code) => this.assignment?.onFetched(topic, partition, code),
      onBrokerAway: (nodeId, error) => {
        const led = this.context.config.topics.map((topic) => ({
          topic,
          partitions: cluster
            .findTopicPartitionMetadata(topic)
            .filter(({ leader }) => leader === nodeId)
            .map(({ partitionId }) => partitionId),
        }));
        this.assignment?.onLeaderAway(led, `broker ${nodeId}`, error);
      },
    };
    const reason = acceptPartialAnswers(cluster, observer);
    if (reason === undefined) return;
    const consequence = 'one Kafka topic or partition that cannot be read will stop all others';
    this.context.log('warn', consequence, { source: this.context.source.name, reason });
  }

  private listen(): void {
    const { consumer } = this;
    const alive = () => {
      this.lastActivityAt = Date.now();
    };
    consumer.on(consumer.events.FETCH, alive);
    consumer.on(consumer.events.HEARTBEAT, alive);
    consumer.on(consumer.events.REBALANCING, alive);
    // Called within the client's join, before it fetches.
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      alive();
      this.memberId = payload.memberId;
      const assigned = Object.entries(payload.memberAssignment);
      const before = this.assignment;
      before?.end();
      const refresh = () => this.refresh();
      const assignment = new Assignment(this.context, this.kafka, consumer, refresh, this.stopping.signal);
      this.assignments = before === undefined ? [assignment] : [before, assignment];
      assignment.start(assigned.map(([topic, partitions]) => ({ topic, partitions })));
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => this.end(payload.error));
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      alive();
      if (payload.batchSize === 0) this.assignment?.onNothingToStore(payload);
    });
  }
}
