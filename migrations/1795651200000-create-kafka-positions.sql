-- How far Kafka topics have been read, and what the broker deleted before it was read.

create table kafka_topic (
  id         integer  generated always as identity primary key,
  source_id  smallint not null references source,
  cluster_id text     not null,
  topic      text     not null,
  constraint uq_kafka_topic__source_cluster_topic unique (source_id, cluster_id, topic)
);

-- `log_number` counts the logs that a partition has had: it is one more after each topic made anew and each log that was cut
-- below what was read. A batch read from a former log moves no position of the present one. `log_mark` is what tells whether
-- the partition still has the log in which `next_offset` was reached (`LogMark` in libs/pipeline/src/ports/event-log.ts);
-- null: not known.
create table kafka_position (
  kafka_topic_id integer     not null references kafka_topic,
  partition      integer     not null,
  next_offset    bigint      not null,
  log_number     integer     not null default 0,
  log_mark       jsonb,
  updated_at     timestamptz not null default clock_timestamp(),
  constraint pk_kafka_position primary key (kafka_topic_id, partition)
);

-- The range in its log is the primary key: the same range again is the same gap, and keeps its acknowledgement. `id` is its
-- short name for people.
create table kafka_gap (
  id                     bigint      generated always as identity,
  kafka_topic_id         integer     not null references kafka_topic,
  partition              integer     not null,
  log_number             integer     not null default 0,
  from_offset            bigint      not null,
  to_offset              bigint      not null,
  reason                 text        not null,
  detected_at            timestamptz not null default clock_timestamp(),
  acknowledged_at        timestamptz,
  acknowledged_by        text,
  acknowledgement_reason text,
  constraint pk_kafka_gap primary key (kafka_topic_id, partition, log_number, from_offset, to_offset),
  constraint uq_kafka_gap__id unique (id),
  constraint ck_kafka_gap__acknowledged
    check (num_nulls(acknowledged_at, acknowledged_by, acknowledgement_reason) in (0, 3))
);
