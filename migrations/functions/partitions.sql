-- `event` and `duplicate` are cut into days by the id of the event, which starts with the event's own time. Instead of a
-- DEFAULT partition there are three guards, so that no row is ever refused for want of a partition: `low` takes what is
-- older than the first day, `near` the days that are not made yet, `far` whatever a broken clock sends.

-- The smallest id an event of this instant can have: 48 bits of milliseconds, then zeros.
create or replace function id_floor(t timestamptz) returns uuid language sql immutable strict parallel safe as $$
  select (lpad(to_hex(floor(extract(epoch from t) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

create or replace function id_instant(id uuid) returns timestamptz language sql immutable strict parallel safe as $$
  select to_timestamp(('x' || lpad(left(replace(id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000.0)
$$;

-- Lower (1) or upper (2) bound of a range partition; null where it is minvalue or maxvalue.
create or replace function partition_bound(p_table regclass, p_which integer) returns timestamptz language sql stable as $$
  select id_instant((regexp_match(
           pg_get_expr(c.relpartbound, c.oid),
           case p_which when 1 then 'FROM \(''([0-9a-f-]{36})''' else 'TO \(''([0-9a-f-]{36})''' end))[1]::uuid)
    from pg_class c where c.oid = p_table
$$;

-- CREATE LIKE + ATTACH never waits for open readers of the parent, CREATE … PARTITION OF does.
create or replace function attach_partition(p_parent text, p_name text, p_from timestamptz, p_to timestamptz) returns void
language plpgsql as $$
begin
  execute format('create table if not exists %I (like %I including all)', p_name, p_parent);
  execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                 p_parent, p_name, id_floor(p_from), id_floor(p_to));
end $$;

-- Makes the days [p_today - p_back, p_today + p_ahead] and the three guards; `near` ends p_near days after p_today.
-- Called once, by the migration that creates the tables.
create or replace function create_partitions(p_today date, p_back integer, p_ahead integer, p_near integer) returns void
language plpgsql as $$
declare
  v_parent text;
  v_day date;
  v_first timestamptz := (p_today - p_back)::timestamp at time zone 'UTC';
  v_last timestamptz := (p_today + p_ahead + 1)::timestamp at time zone 'UTC';
  v_near timestamptz := (p_today + p_near)::timestamp at time zone 'UTC';
begin
  foreach v_parent in array array['event', 'duplicate'] loop
    execute format('create table %I partition of %I for values from (minvalue) to (%L)',
                   v_parent || '_low', v_parent, id_floor(v_first));
    execute format('create table %I partition of %I for values from (%L) to (%L)',
                   v_parent || '_near', v_parent, id_floor(v_last), id_floor(v_near));
    execute format('create table %I partition of %I for values from (%L) to (maxvalue)',
                   v_parent || '_far', v_parent, id_floor(v_near));
    for v_offset in -p_back .. p_ahead loop
      v_day := p_today + v_offset;
      execute format('create table %I partition of %I for values from (%L) to (%L)',
                     v_parent || to_char(v_day, '_YYYYMMDD'), v_parent,
                     id_floor(v_day::timestamp at time zone 'UTC'),
                     id_floor((v_day + 1)::timestamp at time zone 'UTC'));
    end loop;
  end loop;
end $$;

-- Makes the days up to p_today + p_ahead out of the near guard, and moves the rows that already wait in it. It must run in
-- one short transaction; the caller sets lock_timeout and tries again later. After a long time without a running gateway
-- the days before the last month become one wide partition, so that the number of partitions stays bounded. When less than
-- 60 days of the near guard are left, its upper bound moves to p_near days ahead, and the far guard is cut too. Returns
-- the number of partitions made for each of the two tables.
create or replace function roll_partitions(p_today date, p_ahead integer, p_near integer) returns integer
language plpgsql as $$
declare
  v_parent text;
  v_made integer := 0;
  v_day date;
  v_next date;
  v_lower date := (partition_bound('event_near', 1) at time zone 'UTC')::date;
  v_until date := p_today + p_ahead + 1;
  v_upper timestamptz := partition_bound('event_near', 2);
  v_new_upper timestamptz := v_upper;
  v_name text;
begin
  if v_lower >= v_until then
    return 0;
  end if;
  if v_upper < (p_today + 60)::timestamp at time zone 'UTC' then
    v_new_upper := (p_today + p_near)::timestamp at time zone 'UTC';
  end if;
  foreach v_parent in array array['event', 'duplicate'] loop
    execute format('alter table %I detach partition %I', v_parent, v_parent || '_near');
    if v_new_upper > v_upper then
      execute format('alter table %I detach partition %I', v_parent, v_parent || '_far');
    end if;
    v_day := v_lower;
    while v_day < v_until loop
      v_next := case when v_day < p_today - 31 then p_today - 31 else v_day + 1 end;
      v_name := v_parent || to_char(v_day, '_YYYYMMDD');
      if v_next > v_day + 1 then
        v_name := v_name || to_char(v_next, '_YYYYMMDD');
      end if;
      perform attach_partition(v_parent, v_name, v_day::timestamp at time zone 'UTC', v_next::timestamp at time zone 'UTC');
      v_day := v_next;
      v_made := v_made + 1;
    end loop;
    if v_new_upper > v_upper then
      execute format('with moved as (delete from %1$I where %2$I < %3$L returning *) insert into %4$I select * from moved',
                     v_parent || '_far', case v_parent when 'event' then 'id' else 'event_id' end,
                     id_floor(v_new_upper), v_parent || '_near');
    end if;
    -- Rows that waited in a guard move with their seq, so no reader of the feed sees them twice or never.
    execute format('with moved as (delete from %1$I where %2$I < %3$L returning *) insert into %4$I select * from moved',
                   v_parent || '_near', case v_parent when 'event' then 'id' else 'event_id' end,
                   id_floor(v_until::timestamp at time zone 'UTC'), v_parent);
    if v_new_upper > v_upper then
      execute format('alter table %I attach partition %I for values from (%L) to (maxvalue)',
                     v_parent, v_parent || '_far', id_floor(v_new_upper));
    end if;
    execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                   v_parent, v_parent || '_near', id_floor(v_until::timestamp at time zone 'UTC'), id_floor(v_new_upper));
  end loop;
  return v_made / 2;
end $$;
