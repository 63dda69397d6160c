-- Deliveries that did not become events: authenticated ones in quarantine, the others as rejections.

-- `decision` is the event id of a released entry, the given reason of a discarded one. `released_as` is the outcome that
-- the release had; the same release asked for again gets it again. The bytes stay whatever was decided.
create table quarantine (
  delivery_key    uuid        not null,
  received_at     timestamptz not null,
  decided_at      timestamptz,
  kafka_offset    bigint,
  kafka_timestamp bigint,
  kafka_topic_id  integer,
  kafka_partition integer,
  source_id       smallint    not null,
  signature_form  smallint,
  signed_by       text,
  reason          text        not null,
  detail          text        not null,
  state           text        not null default 'held'
    constraint ck_quarantine__state check (state in ('held', 'released', 'discarded')),
  decided_by      text,
  decision        text,
  released_as     text
    constraint ck_quarantine__released_as check (released_as in ('stored', 'duplicate')),
  headers         text        not null,
  raw             bytea       not null,
  constraint pk_quarantine primary key (delivery_key),
  constraint ck_quarantine__decided
    check (state = 'held' or (decided_at is not null and decided_by is not null and decision is not null)),
  constraint ck_quarantine__released check ((state = 'released') = (released_as is not null))
);
create index ix_quarantine__received on quarantine (received_at, delivery_key);
create index ix_quarantine__held on quarantine (received_at, delivery_key) where state = 'held';

-- Kept for a while, in case the gateway's secret was the wrong one. The id becomes the delivery key when the delivery is
-- admitted after all, so that doing it twice admits it once. `ciphertext` holds headers and body: nobody is to read what a
-- stranger sent until it verifies.
create table rejection (
  id          uuid        not null,
  source_id   smallint    not null references source,
  received_at timestamptz not null,
  reason      text        not null,
  bytes       integer     not null,
  key_id      text        not null,
  ciphertext  bytea       not null,
  constraint pk_rejection primary key (id)
);
alter table rejection alter column ciphertext set storage external; -- it does not compress
create index ix_rejection__source on rejection (source_id, id); -- ids ascend with arrival
create index ix_rejection__received on rejection (received_at);

-- One row per source, hour and reason, written by every instance: bounded, whatever a flood sends, and kept for good.
create table rejection_count (
  source_id smallint    not null references source,
  hour      timestamptz not null,
  reason    text        not null,
  rejected  bigint      not null default 0,
  kept      bigint      not null default 0,
  constraint pk_rejection_count primary key (source_id, hour, reason)
);
