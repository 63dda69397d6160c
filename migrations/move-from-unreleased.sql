-- Makes a database of the last unreleased version, which came about by eight migrations, one of the first release, which
-- is made by one. Both have the same tables, indexes and functions, apart from a feed() of fourteen arguments, which nothing
-- calls any more, from what is known of the logs of Kafka partitions, and from comments. So the rows stay where they are, and this takes a moment whatever the size of the log. Columns of
-- `quarantine`, `kafka_position`, `kafka_gap` and `replay` keep the order in which they were added; nothing reads columns by their order.
--
-- One statement, so all of it happens or nothing. How to use it: docs/operations.md, "Moving from an unreleased version".
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

  drop function feed(bigint, integer, integer, smallint[], bigint, bigint, bigint, bigint, bigint, smallint, text, uuid,
                     uuid, smallint);

  -- Not known yet of the partitions that were read so far; known from the next batch of each on.
  alter table kafka_position add column log_number integer not null default 0, add column log_mark jsonb;
  alter table kafka_gap add column log_number integer not null default 0;
  alter table kafka_gap drop constraint pk_kafka_gap;
  alter table kafka_gap
    add constraint pk_kafka_gap primary key (kafka_topic_id, partition, log_number, from_offset, to_offset);
  create function move_kafka_positions(
    p_topic_id  integer[],
    p_partition integer[],
    p_next      bigint[],
    p_log       integer[],
    p_mark      text[]
  ) returns setof integer language plpgsql as $function$
  begin
    insert into kafka_position as held (kafka_topic_id, partition, next_offset, log_number, log_mark)
    select u.t, u.p, u.n, u.l, u.m::jsonb
      from unnest(p_topic_id, p_partition, p_next, p_log, p_mark) as u(t, p, n, l, m)
     order by u.t, u.p
    on conflict (kafka_topic_id, partition) do update
       set next_offset = greatest(held.next_offset, excluded.next_offset),
           log_mark = case when excluded.next_offset >= held.next_offset
                           then coalesce(excluded.log_mark, held.log_mark) else held.log_mark end,
           updated_at = clock_timestamp()
     where held.log_number = excluded.log_number;
  end $function$;

  delete from migrations;
  insert into migrations ("timestamp", name) values (1795651200000, 'CreateSchema1795651200000');
end $$;
