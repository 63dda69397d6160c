export const DICTIONARIES = `
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

  -- Names are AMPECO's and open-ended; the window in which equal undated bodies are one event belongs to the name,
  -- and stands here so that every instance decides alike.
  create table notification (
    id                integer generated always as identity primary key,
    name              text not null unique,
    undated_window_ms bigint not null default 600000
  );`;

// Eight-byte columns first: no padding between them. No foreign keys and no triggers on the hot path; the dictionaries
// are append only. `headers` is text, not jsonb: it is only ever read back whole.
export const EVENT = `
  create sequence event_seq as bigint cache 1;
  -- A fresh sequence shows last_value 1 before 1 is drawn; from here on last_value always means "already drawn".
  select setval('event_seq', 1);

  create table event (
    id                uuid        not null,
    delivery_key      uuid        not null,
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
    flags             smallint    not null,
    signature_form    smallint,
    catalogue_version smallint    not null,
    identity_scheme   smallint    not null default 1,
    subject_id        text,
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
  create index ix_event__subject on event (subject_kind_id, subject_id, id) where subject_id is not null;`;

export const DUPLICATE = `
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
  ) partition by range (event_id);`;

export const QUARANTINE = `
  create table quarantine (
    delivery_key    uuid        not null,
    received_at     timestamptz not null,
    kafka_offset    bigint,
    kafka_timestamp bigint,
    kafka_topic_id  integer,
    kafka_partition integer,
    source_id       smallint    not null,
    signature_form  smallint,
    signed_by       text,
    reason          text        not null,
    detail          text        not null,
    headers         text        not null,
    raw             bytea       not null,
    constraint pk_quarantine primary key (delivery_key)
  );
  create index ix_quarantine__received on quarantine (received_at, delivery_key);`;

export const KAFKA = `
  create table kafka_topic (
    id         integer generated always as identity primary key,
    source_id  smallint not null references source,
    cluster_id text not null,
    topic      text not null,
    constraint uq_kafka_topic__source_cluster_topic unique (source_id, cluster_id, topic)
  );
  create table kafka_position (
    kafka_topic_id integer not null references kafka_topic,
    partition      integer not null,
    next_offset    bigint not null,
    updated_at     timestamptz not null default clock_timestamp(),
    constraint pk_kafka_position primary key (kafka_topic_id, partition)
  );
  create table kafka_gap (
    kafka_topic_id integer not null references kafka_topic,
    partition      integer not null,
    from_offset    bigint not null,
    to_offset      bigint not null,
    reason         text not null,
    detected_at    timestamptz not null default clock_timestamp(),
    constraint pk_kafka_gap primary key (kafka_topic_id, partition, from_offset, to_offset)
  );`;

export const UNDATED = `
  create table undated_key (
    content_key uuid not null,
    event_id    uuid not null,
    received_at timestamptz not null,
    constraint pk_undated_key primary key (content_key)
  );`;
