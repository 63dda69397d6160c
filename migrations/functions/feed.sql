-- The feed: events in the order of their position `seq`, none left out however many writers commit out of order.
--
-- A position is drawn before the commit, so a lower one can become visible after a higher one, and a reader that only asks
-- for `seq > cursor` would lose it. Each writer therefore holds a shared advisory lock on the last position that was drawn
-- before its own (append_events), and the feed hands out nothing above the lowest of these locks.

-- Highest position at or below which every number is decided: visible, or never to be used. The order matters: first the
-- sequence, then the locks. A writer that drew a number up to `s` had taken its lock before `s` was read, so either the
-- lock is still seen here, or the writer's rows are visible to every later statement.
create or replace function feed_horizon() returns bigint language plpgsql volatile as $$
declare
  s bigint;
  k bigint;
begin
  if pg_is_in_recovery() then
    raise exception 'the feed is read on the primary: a replica sees neither writers'' locks nor an exact sequence'
      using errcode = '25006';
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'the feed needs READ COMMITTED: each statement must have a snapshot of its own'
      using errcode = '25001';
  end if;
  select last_value into s from event_seq;
  -- pg_locks shows the 64-bit key in two halves; the keys of writers are those from 2^62 up, which nothing else uses. Bits
  -- 48 to 60 tell the log: another one in this database, in a schema of its own, has positions of its own.
  select min(((classid::bigint & 65535) << 32) | objid::bigint) into k
    from pg_locks
   where locktype = 'advisory' and objsubid = 1
     and classid::bigint >> 16 = (1 << 14) + ('event_seq'::regclass::oid::bigint & 8191)
     and database = (select oid from pg_database where datname = current_database());
  return least(s, k);
end $$;

-- One slice of the feed after the position p_after: up to p_limit matching rows among the next p_scan committed rows.
-- A condition that is null does not count. No bound on id or time narrows what is scanned: a late event has an old id and
-- a new position.
--
-- Every row repeats what the slice is as a whole: the horizon; `scanned`, the position from which the next slice goes on;
-- `more`, whether p_scan ended the slice; `matched`, the rows that it would have if p_bytes, the bound on the bytes of the
-- bodies, had not cut it (the first row always comes). Where nothing matches there is one row with nothing else in it.
create or replace function feed(
  p_after           bigint,
  p_limit           integer,
  p_scan            integer,
  p_type_id         smallint[],
  p_charge_point_id bigint,
  p_evse_id         bigint,
  p_session_id      bigint,
  p_user_id         bigint,
  p_location_id     bigint,
  p_subject_kind_id smallint,
  p_subject_id      text,
  p_id_from         uuid,
  p_id_before       uuid,
  p_without_flags   smallint,
  p_tenant_id       smallint[],
  p_bytes           bigint
) returns table (
  horizon bigint, scanned bigint, more boolean, matched bigint,
  id uuid, seq bigint, received_at timestamptz, source_id smallint, tenant_id smallint, type_id smallint,
  notification_id integer, flags smallint, charge_point_id bigint, evse_id bigint, session_id bigint, user_id bigint,
  location_id bigint, subject_kind_id smallint, subject_id text, data text
) language plpgsql volatile as $$
#variable_conflict use_column
declare
  -- Read by a statement of its own, before the rows: only then do the rows' snapshots come after the look at the locks.
  v_horizon bigint := feed_horizon();
  v_scanned bigint;
  v_seen integer;
  v_count integer;
begin
  select max(s.seq), count(*) into v_scanned, v_seen
    from (select e.seq from event e where e.seq > p_after and e.seq <= v_horizon order by e.seq limit p_scan) s;
  v_scanned := coalesce(v_scanned, p_after);
  return query
    select v_horizon, v_scanned, v_seen = p_scan, r.matched, r.id, r.seq, r.received_at, r.source_id, r.tenant_id,
           r.type_id, r.notification_id, r.flags, r.charge_point_id, r.evse_id, r.session_id, r.user_id, r.location_id,
           r.subject_kind_id, r.subject_id, convert_from(r.raw, 'UTF8')
      from (
        select m.*, count(*) over () as matched,
               sum(octet_length(m.raw)) over (order by m.seq) - octet_length(m.raw) as bytes_before
          from (
            select e.* from event e
             where e.seq > p_after and e.seq <= v_scanned
               and (p_tenant_id is null or e.tenant_id = any (p_tenant_id))
               and (p_type_id is null or e.type_id = any (p_type_id))
               and (p_charge_point_id is null or e.charge_point_id = p_charge_point_id)
               and (p_evse_id is null or e.evse_id = p_evse_id)
               and (p_session_id is null or e.session_id = p_session_id)
               and (p_user_id is null or e.user_id = p_user_id)
               and (p_location_id is null or e.location_id = p_location_id)
               and (p_subject_kind_id is null or e.subject_kind_id = p_subject_kind_id)
               and (p_subject_id is null or e.subject_id = p_subject_id)
               and (p_id_from is null or e.id >= p_id_from)
               and (p_id_before is null or e.id < p_id_before)
               and (p_without_flags is null or e.flags & p_without_flags = 0)
             order by e.seq
             limit p_limit
          ) m
      ) r
     where r.bytes_before < p_bytes
     order by r.seq;
  get diagnostics v_count = row_count;
  if v_count = 0 then
    horizon := v_horizon;
    scanned := v_scanned;
    more := v_seen = p_scan;
    return next;
  end if;
end $$;
