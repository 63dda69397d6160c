-- Makes a database of the last unreleased version, which came about by eight migrations, one of the first release, which
-- is made by one. Both have the same tables, indexes and functions, apart from a feed() of fourteen arguments, which nothing
-- calls any more, and from comments. So the rows stay where they are, and this takes a moment whatever the size of the log. Columns of
-- `quarantine`, `kafka_gap` and `replay` keep the order in which they were added; nothing reads columns by their order.
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
  delete from migrations;
  insert into migrations ("timestamp", name) values (1795651200000, 'CreateSchema1795651200000');
end $$;
