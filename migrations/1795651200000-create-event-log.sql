-- The event log: the names that it refers to by number, and the tables that append_events() writes.

-- A position in the feed is unique within an epoch. Positions are given out again after a restore from a backup; the new
-- epoch makes the cursors from before invalid.
create table log_epoch (
  epoch      uuid primary key default gen_random_uuid(),
  started_at timestamptz not null default clock_timestamp()
);
insert into log_epoch default values;

create table tenant (
  id   smallint generated always as identity primary key,
  name text not null unique
);

create table source (
  id        smallint generated always as identity primary key,
  name      text not null unique,
  kind      text not null constraint ck_source__kind check (kind in ('webhook', 'kafka')),
  tenant_id smallint not null references tenant
);

create table event_type (
  id   smallint generated always as identity primary key,
  name text not null unique
);

create table subject_kind (
  id   smallint generated always as identity primary key,
  name text not null unique
);

-- Names are AMPECO's and open-ended. The window in which equal undated bodies are one event belongs to the name, and
-- stands here so that every instance decides alike.
create table notification (
  id                integer generated always as identity primary key,
  name              text not null unique,
  undated_window_ms bigint not null default 600000
);

-- Positions in the feed. `cache 1`, because feed_horizon() takes last_value for the last number that was drawn.
create sequence event_seq as bigint cache 1;
-- A fresh sequence shows last_value 1 before 1 is drawn; from here on last_value always means "already drawn".
select setval('event_seq', 1);

-- Eight-byte columns first: no padding between them. No foreign keys and no triggers, because each event would pay for
-- them; the tables of names only ever grow. `headers` is text, not jsonb: it is only ever read back whole.
create table event (
  id                uuid        not null, -- starts with the event's own time: primary key, partition key and history cursor
  delivery_key      uuid        not null, -- of the first delivery, which also brought everything else in this row
  seq               bigint      not null,
  received_at       timestamptz not null,
  charge_point_id   bigint,
  evse_id           bigint,
  session_id        bigint,
  user_id           bigint,
  location_id       bigint,
  kafka_offset      bigint,
  kafka_timestamp   bigint,
  kafka_topic_id    integer,
  kafka_partition   integer,
  notification_id   integer     not null,
  tenant_id         smallint    not null,
  source_id         smallint    not null,
  type_id           smallint    not null,
  subject_kind_id   smallint,
  flags             smallint    not null, -- sum of EventFlag bits
  signature_form    smallint,
  catalogue_version smallint    not null, -- by which the columns were derived from the body; a reindex sets it
  identity_scheme   smallint    not null default 1,
  subject_id        text, -- only where the subject is none of the five ids above
  signed_by         text,
  headers           text        not null,
  raw_sha256        bytea       not null,
  raw               bytea       not null,
  constraint pk_event primary key (id)
) partition by range (id);

create index ix_event__seq on event (seq);
create index ix_event__type on event (type_id, id);
create index ix_event__charge_point on event (charge_point_id, id) where charge_point_id is not null;
create index ix_event__evse on event (evse_id, id) where evse_id is not null;
create index ix_event__session on event (session_id, id) where session_id is not null;
create index ix_event__user on event (user_id, id) where user_id is not null;
create index ix_event__location on event (location_id, id) where location_id is not null;
create index ix_event__subject on event (subject_kind_id, subject_id, id) where subject_id is not null;

-- Every further delivery of a stored event, in partitions of the same days as its event.
create table duplicate (
  event_id        uuid        not null,
  delivery_key    uuid        not null,
  received_at     timestamptz not null,
  kafka_offset    bigint,
  kafka_timestamp bigint,
  kafka_topic_id  integer,
  kafka_partition integer,
  source_id       smallint    not null,
  signature_form  smallint,
  signed_by       text,
  headers         text        not null,
  raw             bytea, -- only where the bytes differ from the first delivery's
  constraint pk_duplicate primary key (event_id, delivery_key)
) partition by range (event_id);

-- The latest event of each content without a time of its own; rows are forgotten a day after the window is over.
create table undated_key (
  content_key uuid        not null,
  event_id    uuid        not null,
  received_at timestamptz not null,
  constraint pk_undated_key primary key (content_key)
);

-- Where the feed's horizon was at some instants, about a minute apart while events arrive: whatever was received at or after
-- an instant stands above the positions that were noted before it.
create table feed_mark (
  marked_at timestamptz not null,
  position  bigint      not null,
  constraint pk_feed_mark primary key (marked_at)
);

-- The event of each undated content that was sent with one stamp of its sender (X-Timestamp), so that a copy is known at any
-- age. Rows are forgotten when they were not seen for more than 30 days. They come in the order of seen_at, mostly.
create table undated_stamp (
  stamp_key uuid        not null,
  event_id  uuid        not null,
  sightings bigint      not null default 1, -- batches that brought it: more than one says that the event was known
  seen_at   timestamptz not null default clock_timestamp(),
  constraint pk_undated_stamp primary key (stamp_key)
);
create index ix_undated_stamp__seen_at on undated_stamp using brin (seen_at);

-- A month back, so that resends and a first read of a Kafka topic land in days; two weeks ahead.
select create_partitions((now() at time zone 'UTC')::date, 31, 14, 400);

-- Always empty: readiness writes to it on trial, to learn whether the disk has room, and takes it back.
create table store_check (filler name not null);
