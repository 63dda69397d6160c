export const FEED = `
  -- Highest position at or below which every number is decided: visible, or burnt for ever. Order matters: first the
  -- sequence, then the locks. Whoever drew a number up to s had registered before s was read, so either its lock is
  -- still seen here, or its rows are visible to every later statement.
  create function feed_horizon() returns bigint language plpgsql volatile as $$
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
    select min(((classid::bigint - (1 << 30)) << 32) | objid::bigint) into k
      from pg_locks
     where locktype = 'advisory' and objsubid = 1 and classid::bigint >= (1 << 30)
       and database = (select oid from pg_database where datname = current_database());
    return least(s, k);
  end $$;

  -- One slice of the feed after p_after: up to p_limit matching rows among the next p_scan committed rows. No bound on
  -- id or time narrows what is scanned: a late event has an old id and a new position. Every result row repeats the
  -- scanned position and the horizon; without a match there is one row that holds nothing else.
  create function feed(p_after bigint, p_limit integer, p_scan integer, p_type_id smallint[], p_charge_point_id bigint,
    p_evse_id bigint, p_session_id bigint, p_user_id bigint, p_location_id bigint, p_subject_kind_id smallint,
    p_subject_id text, p_id_from uuid, p_id_before uuid, p_without_flags smallint
  ) returns table (horizon bigint, scanned bigint, more boolean, id uuid, seq bigint, received_at timestamptz, source_id smallint,
    tenant_id smallint, type_id smallint, notification_id integer, flags smallint, charge_point_id bigint, evse_id bigint,
    session_id bigint, user_id bigint, location_id bigint, subject_kind_id smallint, subject_id text, data text)
  language plpgsql volatile as $$
  #variable_conflict use_column
  declare
    v_horizon bigint := feed_horizon();
    v_scanned bigint;
    v_seen integer;
    v_count integer;
  begin
    select max(s.seq), count(*) into v_scanned, v_seen
      from (select e.seq from event e where e.seq > p_after and e.seq <= v_horizon order by e.seq limit p_scan) s;
    v_scanned := coalesce(v_scanned, p_after);
    return query
      select v_horizon, v_scanned, v_seen = p_scan, e.id, e.seq, e.received_at, e.source_id, e.tenant_id, e.type_id, e.notification_id,
             e.flags, e.charge_point_id, e.evse_id, e.session_id, e.user_id, e.location_id, e.subject_kind_id, e.subject_id,
             convert_from(e.raw, 'UTF8')
        from event e
       where e.seq > p_after and e.seq <= v_scanned
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
       limit p_limit;
    get diagnostics v_count = row_count;
    if v_count = 0 then
      horizon := v_horizon;
      scanned := v_scanned;
      more := v_seen = p_scan;
      return next;
    end if;
  end $$;`;
