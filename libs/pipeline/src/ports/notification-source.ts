/**
 * Why something that a source is configured to read is not read, or not for this event log alone:
 *
 * - `topic-missing`: a topic does not exist or is hidden.
 * - `no-leader`: no broker leads a partition.
 * - `not-answered`: the broker that leads a partition cannot be asked, or refuses it.
 * - `unreadable`: the next record batch of a partition cannot be read.
 * - `not-stored`: the event log does not take the records of a partition, although it takes others.
 * - `open-transaction`: records stand behind a transaction that is not ended.
 * - `foreign-member`: another program is a member of the consumer group.
 * - `not-assigned`: the consumer group gives a partition to nobody.
 * - `shared-group`: another source of this gateway has the same consumer group.
 * - `not-seen`: what the brokers hold could not be looked at for a while.
 */
export const SOURCE_PROBLEM_KINDS = [
  'topic-missing',
  'no-leader',
  'not-answered',
  'unreadable',
  'not-stored',
  'open-transaction',
  'foreign-member',
  'not-assigned',
  'shared-group',
  'not-seen',
] as const;
export type SourceProblemKind = (typeof SOURCE_PROBLEM_KINDS)[number];

/** The texts are for people: they name topic, partition, broker or member as far as they are known, and hold no secrets. */
export interface SourceProblem {
  readonly kind: SourceProblemKind;
  /** One sentence, without a full stop. */
  readonly detail: string;
  /** Sentences. */
  readonly whatToDo: string;
}

/** State of a source that pulls, for health and for people. */
export interface SourceHealth {
  readonly source: string;
  /** `blocked`: running, but not all of its topics are read; `problems` says what is not. */
  readonly state: 'idle' | 'connecting' | 'running' | 'blocked' | 'restarting' | 'stopped';
  /** Why the source is not running, or the last fault; one sentence, no secrets. */
  readonly detail: string | undefined;
  /** ms since 1970 UTC of the last batch, fetch or heartbeat. */
  readonly lastActivityAt: number | undefined;
  /**
   * Records that the brokers hold and that are not stored yet: of every partition of every topic, up to the high watermark,
   * whoever reads the partition. Undefined before the brokers have been looked at.
   */
  readonly lag: bigint | undefined;
  /** Empty when all is read. */
  readonly problems: readonly SourceProblem[];
  /** Ranges of offsets that were not read and will not be, see `KafkaGap`. Never 0 again after a loss. */
  readonly gaps: number;
  /** Of these, those that nobody has acknowledged yet. What another instance records or acknowledges shows within seconds. */
  readonly unacknowledgedGaps: number;
}

/** Token of the {@link NotificationSource}s of this instance; not provided where it has none. */
export const NOTIFICATION_SOURCES = Symbol('NotificationSource[]');

/**
 * A source that pulls deliveries (Kafka). It reads a batch, hands it through the pipeline to its own EventLog together
 * with the positions reached, and only after that transaction has committed moves on and commits to the broker.
 */
export interface NotificationSource {
  readonly name: string;
  /** Starts in the background and keeps trying; never throws for an unreachable broker. */
  start(): void;
  /** Stops fetching, waits for the batch in flight to be stored, leaves the group. At most 10 s. */
  close(): Promise<void>;
  health(): SourceHealth;
}
