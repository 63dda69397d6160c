export interface MetricAdvice {
  /** What the help text has no room for; Markdown. */
  readonly note?: string;
  /** When to worry, and what it then means; completes a sentence. */
  readonly worry: string;
  /** Rules of deploy/prometheus/alerts.yaml that look at it. */
  readonly alerts?: readonly string[];
}

/** When to worry about each metric. A metric without advice, or advice without a metric, fails a test. */
export const METRIC_GUIDE: Readonly<Record<string, MetricAdvice>> = {
  chargelog_deliveries_total: {
    note: 'Outcomes: `stored` (a new event), `duplicate` (a further copy), `quarantined`, `rejected`. The first three were acknowledged, and stand in the database.',
    worry:
      'when `rejected` is more than a few per cent of a source, or `duplicate` nearly all of one that is alone: AMPECO then sends again what it takes for failed.',
    alerts: ['ChargelogRejectionRate'],
  },
  chargelog_rejections_total: {
    note: 'Reasons: `bad-signature`, `unknown-source`, `wrong-path` (a signed delivery to a path where nothing is received), `too-large`, `rate-limited`, `unavailable` (the gateway was overloaded, stopping, or without its database) and `other`. Always webhooks: Kafka has its own authentication.',
    worry:
      'at `bad-signature` above a trickle (a token was changed), at any lasting `unavailable` or `rate-limited`, at any `wrong-path`, and at `unknown-source` right after a subscription was made (its URL is wrong). Strangers that try names are `_unknown` and harmless.',
    alerts: ['ChargelogRejectionRate', 'ChargelogDeliveriesTurnedAway'],
  },
  chargelog_acknowledge_seconds: {
    worry:
      'when the 99th percentile stays above half a second. After 0.9 s without an answer of the database the sender gets 503 instead, so it cannot grow far; those do not count here, senders that are slow to send do.',
    alerts: ['ChargelogAcknowledgeSlow'],
  },
  chargelog_flush_seconds: {
    note: 'Batches that failed count too.',
    worry:
      'when it rises without `chargelog_flush_rows`: the database has become slow, most often its disk or a checkpoint. With it: the load has grown.',
  },
  chargelog_flush_rows: {
    note: 'A batch takes what came while the one before it was written, at most 1,000.',
    worry: 'when webhook batches are near 1,000 for minutes: this is all that one writer takes.',
  },
  chargelog_build_info: {
    worry: 'when instances of one installation differ for longer than an upgrade takes.',
  },
  chargelog_last_delivery_age_seconds: {
    note: 'Of a delivery that was acknowledged; from the start of the process until the first one. Each instance knows its own only: take the least of all instances.',
    worry:
      'when it is beyond the longest pause that is usual for the source. A charging network is hardly ever silent for half an hour.',
    alerts: ['ChargelogSourceSilent'],
  },
  chargelog_queue_rows: {
    note: 'Beyond 20,000 further ones are answered 503 with `Retry-After`.',
    worry: 'when it does not go back to nearly 0 between two scrapes.',
    alerts: ['ChargelogQueueNearFull'],
  },
  chargelog_queue_bytes: {
    note: 'Beyond 64 MiB further ones are answered 503 with `Retry-After`.',
    worry: 'as for the rows; when only the bytes are high, somebody sends unusually large bodies.',
    alerts: ['ChargelogQueueNearFull'],
  },
  chargelog_pool_connections: {
    note: 'States: `total` (10 at most), `idle` of these, and `waiting` for calls without one. Reads and administration only: intake writes through connections of its own.',
    worry:
      'when calls wait for minutes: queries are slow, or there are more readers than one instance serves.',
    alerts: ['ChargelogPoolExhausted'],
  },
  chargelog_kafka_running: {
    note: '0 also for the seconds of a rebalance, and while there is a problem (`chargelog_kafka_problems`).',
    worry:
      'when it is 0 for minutes: no broker, no permission, a missing topic, a partition whose next records cannot be read, or a database that is away.',
    alerts: ['ChargelogKafkaDown'],
  },
  chargelog_kafka_lag_records: {
    note: 'Of every partition of every configured topic, whoever reads it, against the high watermark: records behind an open transaction count. Every instance tells the same within 15 s: take the greatest, not the sum. Absent before the brokers have answered once.',
    worry:
      'when it grows, or will not shrink after a pause. Compare with the retention of the topic: what the broker drops before it is read is a gap.',
    alerts: ['ChargelogKafkaLag'],
  },
  chargelog_kafka_problems: {
    note: 'Looked at every 15 s. Kinds: `topic-missing`, `no-leader`, `not-answered` (the broker of a partition is away or refuses it), `unreadable` (a record batch), `not-stored`, `open-transaction`, `foreign-member` (another program, or a gateway with another database, in the consumer group), `not-assigned` (nobody has a partition), `shared-group` (two sources with one group), `not-seen` (the brokers could not be asked for a minute). /health/ready says which, and what to do; it answers 503 meanwhile.',
    worry:
      'above 0 for longer than a broker takes to restart. With `foreign-member` at once: others take what should be read here.',
    alerts: ['ChargelogKafkaProblem', 'ChargelogKafkaForeignMember'],
  },
  chargelog_kafka_tombstones_total: {
    note: 'In a compacted topic a record without a value says that its key is done with. It holds no notification, so it is no delivery either: it is neither among `chargelog_deliveries_total` nor in the database.',
    worry:
      'when it grows at all and the topic is not compacted: whatever writes to it has lost the bodies. It is 0 always for sources of webhooks.',
  },
  chargelog_kafka_gap_ranges: {
    note: 'From the database, looked at every 2 s: the same on every instance that reads the source. It survives restarts and never shrinks; acknowledging changes nothing here.',
    worry:
      'when it grows often: the topic keeps records for a shorter time than the gateway is away or behind.',
  },
  chargelog_kafka_unacknowledged_gap_ranges: {
    note: 'Of `chargelog_kafka_gap_ranges`, those that still wait for somebody. While there are any, /health/ready of the instances that read the source answers 503.',
    worry:
      'above 0, always: notifications are missing that the broker no longer has. It is 0 again when each gap is acknowledged.',
    alerts: ['ChargelogKafkaGap'],
  },
  chargelog_store_up: {
    note: 'Tried every second by the statements of an append and of the feed, every 5 s with a file that has to grow; `/health/ready` says why it is 0.',
    worry: 'at 0 for longer than a failover takes. Meanwhile nothing is acknowledged and nothing is lost.',
    alerts: ['ChargelogStoreAway', 'ChargelogFeedHeld'],
  },
  chargelog_feed_horizon_age_seconds: {
    note: 'The feed never passes a transaction that may still commit behind it; 0 while the horizon moves.',
    worry: 'above 15 s: Postgres ends a hung writer of ours after 2 to 10 s, so something else holds it.',
    alerts: ['ChargelogFeedHeld'],
  },
  chargelog_quarantine_entries: {
    worry:
      'when it jumps (AMPECO has changed a form, or something else sends with a valid signature), and when entries wait for days: nobody decides about them.',
    alerts: ['ChargelogQuarantineGrowing', 'ChargelogQuarantineWaiting'],
  },
  chargelog_replays: {
    note: 'States: `pending`, `running`, which is also what waits for another attempt.',
    worry: 'when some are pending and none is running: no instance has the role `replay`.',
  },
  chargelog_partitions_ahead_days: {
    note: 'The role `maintenance` makes more, to 14, when fewer than 7 are left; it looks every hour.',
    worry:
      'below 4. Nothing is refused at 0, but events then go to a guard table that retention cannot drop by the day.',
    alerts: ['ChargelogPartitionsMissing'],
  },
};
