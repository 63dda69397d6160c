/** Where the feed stands. */
export interface FeedHead {
  /** Highest position drawn so far, committed or not. */
  readonly lastPosition: bigint;
  /** The commit-safe horizon; undefined where it cannot be asked (a read replica). */
  readonly horizon: bigint | undefined;
}

/** Counts of what the log holds, for metrics. */
export interface LogInventory {
  /** Entries of quarantine that wait for a decision, by name of the source; a source without any is absent. */
  readonly quarantined: ReadonlyMap<string, number>;
  readonly replaysPending: number;
  readonly replaysRunning: number;
  /** Full days after today for which a partition of its own exists. */
  readonly partitionDaysAhead: number;
}

/** Looks at the log from outside, without reading an event. Both throw when the database is away. */
export interface LogStatistics {
  /** Cheap: may be asked every second. */
  feedHead(): Promise<FeedHead>;
  /** Counts rows: ask a few times a minute. */
  inventory(): Promise<LogInventory>;
}
