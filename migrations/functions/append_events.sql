-- Ids of equal content, which differ in their time alone. A custom plan, so that many contents are looked up by hash and
-- the partitions of other days are not opened.
create or replace function find_same_content(p_content text[], p_from uuid, p_before uuid) returns setof uuid
language plpgsql set plan_cache_mode = force_custom_plan as $$
begin
  return query
    select e.id from event e where e.id >= p_from and e.id < p_before and substr(e.id::text, 14) = any (p_content);
end $$;

-- Appends one batch in one call, whatever its size: one round trip, and one flush of the WAL where the call is a transaction
-- of its own. The arrays are parallel, one element for each event; an array that is null in every row may be empty (unnest
-- pads with nulls). The last three are the Kafka positions to move to in the same transaction.
--
-- Returns a row only where the outcome is not plainly "stored under the id that was sent": `ord`, counted from 1, the id
-- of the stored event, and whether this delivery is a further copy of it.
--
-- Every writer does the same steps in the same order, so that none can wait for another in a circle: (1) it registers in
-- the feed, (2) undated bodies get their events, by their stamp and then by their window, (3) rows are inserted in the order
-- of their ids, (4) what was not new is recorded, (5) Kafka positions move.
create or replace function append_events(
  p_id                 uuid[],
  p_delivery_key       uuid[],
  p_received_at        timestamptz[],
  p_source_id          smallint[],
  p_tenant_id          smallint[],
  p_type_id            smallint[],
  p_notification_id    integer[],
  p_flags              smallint[],
  p_charge_point_id    bigint[],
  p_evse_id            bigint[],
  p_session_id         bigint[],
  p_user_id            bigint[],
  p_location_id        bigint[],
  p_subject_kind_id    smallint[],
  p_subject_id         text[],
  p_signature_form     smallint[],
  p_signed_by          text[],
  p_headers            text[],
  p_kafka_topic_id     integer[],
  p_kafka_partition    integer[],
  p_kafka_offset       bigint[],
  p_kafka_timestamp    bigint[],
  p_raw                bytea[],
  p_undated_key        uuid[], -- of bodies without a time of their own: names the content; null for all others
  p_undated_stamp      uuid[], -- of those that were stamped by their sender: names content and stamp
  p_catalogue_version  smallint,
  p_position_topic_id  integer[],
  p_position_partition integer[],
  p_position_next      bigint[]
) returns table (ord integer, event_id uuid, duplicate boolean) language plpgsql as $$
#variable_conflict use_column
declare
  v_id uuid[] := p_id; -- the ids under which the events are stored
  v_key uuid[] := p_undated_key; -- of the undated bodies about which the window decides
  v_new integer;
begin
  -- (1) Registers this writer before it draws any number: no number drawn below can be at or under the last_value it
  -- locks, and the lock is released only after the commit is visible. feed_horizon() reads these locks.
  perform pg_advisory_xact_lock_shared(
    (1::bigint << 62) + (('event_seq'::regclass::oid::bigint & 8191) << 48) + (select last_value from event_seq));

  -- (2) Equal bodies without a time of their own are one event when they carry the same stamp of their sender, at any age.
  if cardinality(p_undated_stamp) > 0 then
    -- The first delivery of this batch with a stamp decides for the others with it. Stamps are locked in sorted order, and
    -- before any key: a writer that races with the same stamp waits here, and then sees what the other has decided.
    with stamped as (
      select u.k, u.id, u.o, row_number() over (partition by u.k order by u.o) as nth
        from unnest(p_undated_stamp, p_id) with ordinality as u(k, id, o)
       where u.k is not null
    ), held as (
      insert into undated_stamp as h (stamp_key, event_id)
      select s.k, s.id from stamped s where s.nth = 1 order by s.k
      on conflict (stamp_key) do update set sightings = h.sightings + 1, seen_at = excluded.seen_at
      returning h.stamp_key, h.event_id, h.sightings > 1 as is_known
    )
    select array_agg(case when h.is_known then h.event_id else u.id end order by u.o),
           array_agg(case when h.stamp_key is null or (s.nth = 1 and not h.is_known) then u.k end order by u.o)
      into v_id, v_key
      from unnest(p_id, p_undated_key) with ordinality as u(id, k, o)
      left join stamped s on s.o = u.o
      left join held h on h.stamp_key = s.k;
  end if;

  -- The others are one event when they arrive within the window of their name.
  if cardinality(p_undated_key) > 0 then
    -- One row per content decides which event an undated body belongs to. Keys are locked in sorted order and before
    -- any event, so two writers cannot wait for each other; DO UPDATE waits for a racing writer and then sees its row.
    with undated as (
      select distinct on (u.k) u.k, u.id, u.received_at, u.notification_id
        from unnest(v_key, v_id, p_received_at, p_notification_id) with ordinality
          as u(k, id, received_at, notification_id, o)
       where u.k is not null
       order by u.k, u.o
    ), decided as (
      insert into undated_key as held (content_key, event_id, received_at)
      select d.k, d.id, d.received_at from undated d order by d.k
      on conflict (content_key) do update
         set (event_id, received_at) = (
               select case when excluded.received_at - held.received_at >= n.undated_window_ms * interval '1 millisecond'
                           then excluded.event_id else held.event_id end,
                      case when excluded.received_at - held.received_at >= n.undated_window_ms * interval '1 millisecond'
                           then excluded.received_at else held.received_at end
                 from notification n
                 join undated d on d.notification_id = n.id
                where d.k = held.content_key)
      returning content_key, event_id, received_at
    )
    -- A delivery that arrived long before the event now held (a late release, a resend of old bytes) stays itself, and so
    -- does one that arrived long after: both may be in one batch of late ones.
    select array_agg(case when d.content_key is null
                            or greatest(d.received_at - u.received_at, u.received_at - d.received_at)
                                 >= n.undated_window_ms * interval '1 millisecond'
                          then u.id else d.event_id end order by u.o)
      into v_id
      from unnest(v_id, v_key, p_received_at, p_notification_id) with ordinality
        as u(id, k, received_at, notification_id, o)
      join notification n on n.id = u.notification_id
      left join decided d on d.content_key = u.k;

    -- `undated_key` remembers one event of each content, the latest, and for a day. What is released from quarantine or
    -- admitted after a rejection arrived before that: the event it is a copy of is looked for among the events of its
    -- time. Only for those, because it reads the ids of all events of the window; once for all whose windows meet. The
    -- key's row is locked by now, so two that are admitted at once take turns.
    declare
      v_late record;
      v_near uuid;
      v_found uuid[];
    begin
      for v_late in
        with late as (
          select u.o, u.k, u.id, substr(u.id::text, 14) as content,
                 tstzrange(greatest(id_instant(u.id) - w.span + interval '1 millisecond', to_timestamp(0)),
                           id_instant(u.id) + w.span) as near
            from unnest(p_id, v_key, p_received_at, p_notification_id) with ordinality
              as u(id, k, received_at, notification_id, o)
            join notification n on n.id = u.notification_id
           cross join lateral (select n.undated_window_ms * interval '1 millisecond' as span) w
           where u.k is not null and v_id[u.o::integer] = u.id and w.span > interval '0'
             and u.received_at < clock_timestamp() - w.span
        ), found as (
          select array_agg(f.id) as ids
            from (select range_agg(near) as spans, array_agg(distinct content) as contents from late) s,
                 unnest(s.spans) as r(span),
                 find_same_content(s.contents, id_floor(lower(r.span)), id_floor(upper(r.span))) as f(id)
        )
        select late.*, found.ids from late, found order by late.id, late.o
      loop
        -- The ids that were found, and the late ones of this batch before this one, which are not stored yet.
        v_found := coalesce(v_found, v_late.ids, '{}');
        v_near := (
          select f.id from unnest(v_found) as f(id)
           where substr(f.id::text, 14) = v_late.content and id_instant(f.id) <@ v_late.near
           order by abs(extract(epoch from id_instant(f.id) - id_instant(v_late.id))), f.id
           limit 1);
        if v_near is null then
          v_found := v_found || v_late.id;
        elsif v_near <> v_late.id then
          v_id[v_late.o::integer] := v_near;
          update undated_key set event_id = v_near where content_key = v_late.k and event_id = v_late.id;
        end if;
      end loop;
    end;

    -- What was decided holds for the stamp from now on, and for the copies in this batch. The rows are locked already.
    if cardinality(p_undated_stamp) > 0 then
      with stamped as (
        select u.k, u.id, u.o, first_value(u.id) over (partition by u.k order by u.o) as event_id
          from unnest(p_undated_stamp, v_id) with ordinality as u(k, id, o)
      ), remembered as (
        update undated_stamp h set event_id = s.event_id
          from stamped s
         where h.stamp_key = s.k and h.event_id <> s.event_id
      )
      select array_agg(case when s.k is null then s.id else s.event_id end order by s.o) into v_id from stamped s;
    end if;
  end if;

  -- (3) Numbers in arrival order, rows in id order: two writers with the same events cannot deadlock.
  with input as materialized (
    select u.*, nextval('event_seq') as seq
      from unnest(v_id, p_delivery_key, p_received_at, p_source_id, p_tenant_id, p_type_id, p_notification_id, p_flags,
                  p_charge_point_id, p_evse_id, p_session_id, p_user_id, p_location_id, p_subject_kind_id, p_subject_id,
                  p_signature_form, p_signed_by, p_headers, p_kafka_topic_id, p_kafka_partition, p_kafka_offset,
                  p_kafka_timestamp, p_raw) with ordinality
        as u(id, delivery_key, received_at, source_id, tenant_id, type_id, notification_id, flags, charge_point_id,
             evse_id, session_id, user_id, location_id, subject_kind_id, subject_id, signature_form, signed_by, headers,
             kafka_topic_id, kafka_partition, kafka_offset, kafka_timestamp, raw, o)
  ), inserted as (
    insert into event (id, delivery_key, seq, received_at, charge_point_id, evse_id, session_id, user_id, location_id,
                       kafka_offset, kafka_timestamp, kafka_topic_id, kafka_partition, notification_id, tenant_id,
                       source_id, type_id, subject_kind_id, flags, signature_form, catalogue_version, subject_id,
                       signed_by, headers, raw_sha256, raw)
    select i.id, i.delivery_key, i.seq, i.received_at, i.charge_point_id, i.evse_id, i.session_id, i.user_id,
           i.location_id, i.kafka_offset, i.kafka_timestamp, i.kafka_topic_id, i.kafka_partition, i.notification_id,
           i.tenant_id, i.source_id, i.type_id, i.subject_kind_id, i.flags, i.signature_form, p_catalogue_version,
           i.subject_id, i.signed_by, i.headers, sha256(i.raw), i.raw
      from input i order by i.id, i.o
    on conflict (id) do nothing
    returning 1
  )
  select count(*) into v_new from inserted;

  if v_new < cardinality(v_id) or v_id is distinct from p_id then
    -- (4) The rows that were not new. One whose stored event came by this very delivery is a repetition inside the
    -- gateway (a retry after a lost answer, a Kafka re-read) and keeps its first outcome; every other is a further copy,
    -- recorded with its bytes only where they differ.
    return query
    with input as (
      select u.*
        from unnest(v_id, p_id, p_delivery_key, p_received_at, p_source_id, p_signature_form, p_signed_by, p_headers,
                    p_kafka_topic_id, p_kafka_partition, p_kafka_offset, p_kafka_timestamp, p_raw) with ordinality
          as u(id, sent_id, delivery_key, received_at, source_id, signature_form, signed_by, headers, kafka_topic_id,
               kafka_partition, kafka_offset, kafka_timestamp, raw, o)
    ), known as materialized (
      select i.*, e.delivery_key <> i.delivery_key as is_copy, e.raw_sha256 = sha256(i.raw) as same_bytes
        from input i join event e on e.id = i.id
    ), recorded as (
      insert into duplicate (event_id, delivery_key, received_at, kafka_offset, kafka_timestamp, kafka_topic_id,
                             kafka_partition, source_id, signature_form, signed_by, headers, raw)
      select k.id, k.delivery_key, k.received_at, k.kafka_offset, k.kafka_timestamp, k.kafka_topic_id,
             k.kafka_partition, k.source_id, k.signature_form, k.signed_by, k.headers,
             case when k.same_bytes then null else k.raw end
        from known k where k.is_copy order by k.id, k.delivery_key
      on conflict do nothing
    )
    select k.o::integer, k.id, k.is_copy from known k where k.is_copy or k.id <> k.sent_id;
  end if;

  -- (5) Last, so that no writer waits for an event while it holds a position. Never backwards: the late batch of a
  -- partition's former owner must not undo what the new owner has stored.
  if cardinality(p_position_next) > 0 then
    insert into kafka_position as held (kafka_topic_id, partition, next_offset)
    select u.t, u.p, u.n from unnest(p_position_topic_id, p_position_partition, p_position_next) as u(t, p, n)
     order by u.t, u.p
    on conflict (kafka_topic_id, partition) do update
       set next_offset = greatest(held.next_offset, excluded.next_offset), updated_at = clock_timestamp();
  end if;
end $$;
