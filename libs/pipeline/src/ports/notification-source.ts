/** State of a source that pulls, for health and for people. */
export interface SourceHealth {
  readonly source: string;
  /** `blocked`: running, but a partition waits because its next records cannot be read. */
  readonly state: 'idle' | 'connecting' | 'running' | 'blocked' | 'restarting' | 'stopped';
  /** Why the source is not running, or the last fault; one sentence, no secrets. */
  readonly detail: string | undefined;
  /** ms since 1970 UTC of the last batch, fetch or heartbeat. */
  readonly lastActivityAt: number | undefined;
  /** Records the broker holds that are not yet stored, all partitions together. */
  readonly lag: bigint | undefined;
  /** Ranges of offsets that the broker no longer had when they were due. Never 0 again after a loss. */
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
