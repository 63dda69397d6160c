export const APPEND_EVENTS = `
  -- Appends one batch. Arrays are parallel; an array that is null in every row may be empty (unnest pads with nulls).
  -- Returns a row only where the outcome is not plainly "stored under the id that was sent".
  create function append_events(
    p_id uuid[], p_delivery_key uuid[], p_received_at timestamptz[], p_source_id smallint[], p_tenant_id smallint[],
    p_type_id smallint[], p_notification_id integer[], p_flags smallint[],
    p_charge_point_id bigint[], p_evse_id bigint[], p_session_id bigint[], p_user_id bigint[], p_location_id bigint[],
    p_subject_kind_id smallint[], p_subject_id text[], p_signature_form smallint[], p_signed_by text[], p_headers text[],
    p_kafka_topic_id integer[], p_kafka_partition integer[], p_kafka_offset bigint[], p_kafka_timestamp bigint[],
    p_raw bytea[], p_undated_key uuid[], p_catalogue_version smallint,
    p_position_topic_id integer[], p_position_partition integer[], p_position_next bigint[]
  ) returns table (ord integer, event_id uuid, duplicate boolean) language plpgsql as $$
  #variable_conflict use_column
  declare
    v_id uuid[] := p_id;
    v_new integer;
  begin
    -- Registers this writer before it draws any number: no number drawn below can be at or under the last_value it
    -- locks, and the lock is released only after the commit is visible. feed_horizon() reads these locks.
    perform pg_advisory_xact_lock_shared((1::bigint << 62) + (select last_value from event_seq));

    if cardinality(p_undated_key) > 0 then
      -- One row per content decides which event an undated body belongs to. Keys are locked in sorted order and before
      -- any event, so two writers cannot wait for each other; DO UPDATE waits for a racing writer and then sees its row.
      with undated as (
        select distinct on (u.k) u.k, u.id, u.received_at, u.notification_id
          from unnest(p_undated_key, p_id, p_received_at, p_notification_id) with ordinality
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
      -- A delivery that arrived long before the event now held (a late release, a resend of old bytes) stays itself.
      select array_agg(case when d.content_key is null
                              or d.received_at - u.received_at >= n.undated_window_ms * interval '1 millisecond'
                            then u.id else d.event_id end order by u.o)
        into v_id
        from unnest(p_id, p_undated_key, p_received_at, p_notification_id) with ordinality
          as u(id, k, received_at, notification_id, o)
        join notification n on n.id = u.notification_id
        left join decided d on d.content_key = u.k;
    end if;

    -- Numbers in arrival order, rows in id order: two writers with the same events cannot deadlock.
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
      -- The rows that were not new. One whose stored event came by this very delivery is a repetition inside the gateway
      -- (a retry after a lost answer, a Kafka re-read) and keeps its first outcome; every other is a further copy.
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

    -- Last, so that no writer waits for an event while it holds a position. Never backwards: the late batch of a
    -- partition's former owner must not undo what the new owner has stored.
    if cardinality(p_position_next) > 0 then
      insert into kafka_position as held (kafka_topic_id, partition, next_offset)
      select u.t, u.p, u.n from unnest(p_position_topic_id, p_position_partition, p_position_next) as u(t, p, n)
       order by u.t, u.p
      on conflict (kafka_topic_id, partition) do update
         set next_offset = greatest(held.next_offset, excluded.next_offset), updated_at = clock_timestamp();
    end if;
  end $$;`;
