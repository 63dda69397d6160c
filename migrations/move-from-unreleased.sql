-- Makes a database of the last unreleased version, which came about by eight migrations, one of the first release, which
-- is made by one. Tables of the first stay as they are but for added columns, new tables are added, and functions are
-- replaced by those of this version. So the rows stay where they are, and this takes a moment whatever the size of the log.
-- Added columns stand last; nothing reads columns by their order.
--
-- A script for psql, which finds the functions beside it. One transaction, so all of it happens or nothing. How to use it:
-- docs/operations.md, "Moving from an unreleased version".
\set ON_ERROR_STOP on
begin;

do $$
declare
  v_made_by text[];
begin
  -- Takes turns with a gateway that is starting: this is the lock of its migrations.
  perform pg_advisory_xact_lock(x'63686c67'::integer, 1);
  if to_regclass('migrations') is not null then
    v_made_by := (select array_agg(name::text order by id) from migrations);
  end if;
  if v_made_by is distinct from array[
    'CreateEventLog1795478400000', 'CreateReplay1795478500000', 'CreateAccess1795479000000',
    'CreateRejection1795479100000', 'CreateDrift1795479200000', 'AdmitUndatedLate1795479350000',
    'AcknowledgeKafkaGap1795479360000', 'AddReplayRetry1795479370000'
  ] then
    raise exception 'this is not a database of the last unreleased version; nothing was changed'
      using detail = format('Its migrations are: %s.', coalesce(array_to_string(v_made_by, ', '), 'none')),
            hint = 'A database of an earlier version is brought to the last one by starting that version once.';
  end if;
end $$;

-- Their parameters have changed, so the functions of this version would stand beside them.
drop function feed(bigint, integer, integer, smallint[], bigint, bigint, bigint, bigint, bigint, smallint, text, uuid,
                   uuid, smallint);
drop function append_events(uuid[], uuid[], timestamptz[], smallint[], smallint[], smallint[], integer[], smallint[],
                            bigint[], bigint[], bigint[], bigint[], bigint[], smallint[], text[], smallint[], text[],
                            text[], integer[], integer[], bigint[], bigint[], bytea[], uuid[], smallint, integer[],
                            integer[], bigint[]);

create table undated_stamp (
  stamp_key uuid        not null,
  event_id  uuid        not null,
  sightings bigint      not null default 1,
  seen_at   timestamptz not null default clock_timestamp(),
  constraint pk_undated_stamp primary key (stamp_key)
);
create index ix_undated_stamp__seen_at on undated_stamp using brin (seen_at);
create table feed_mark (
  marked_at timestamptz not null,
  position  bigint      not null,
  constraint pk_feed_mark primary key (marked_at)
);

-- Not known yet of the partitions that were read so far; known from the next batch of each on.
alter table kafka_position add column log_number integer not null default 0, add column log_mark jsonb;
alter table kafka_gap add column log_number integer not null default 0;
alter table kafka_gap drop constraint pk_kafka_gap;
alter table kafka_gap
  add constraint pk_kafka_gap primary key (kafka_topic_id, partition, log_number, from_offset, to_offset);

-- The flag 128 also said of an event that it is from before 2015. It says now that its time is ahead of its arrival.
update event set flags = flags & ~128 where id < id_floor('2015-01-01T00:00:00Z') and flags & 128 <> 0;

\ir functions/partitions.sql
\ir functions/append_events.sql
\ir functions/feed.sql
\ir functions/move_kafka_positions.sql

create table store_check (filler name not null);

-- As TypeORM names what belongs to the table.
alter table migrations rename to chargelog_migration;
alter sequence migrations_id_seq rename to chargelog_migration_id_seq;
alter table chargelog_migration rename constraint "PK_8c82d7f526340ab734260ea46be" to "PK_169426c0c0682079eeb8b669373";
delete from chargelog_migration;
insert into chargelog_migration ("timestamp", name) values (1795651200000, 'CreateSchema1795651200000');

commit;
