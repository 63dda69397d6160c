import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The event log: dictionaries, the partitioned tables `event` and `duplicate`, quarantine, Kafka positions, and the
 * functions that write and read them. The reasons stand in docs/adr/0001-event-log-in-postgres.md.
 */
export class CreateEventLog1795478400000 implements MigrationInterface {
  name = 'CreateEventLog1795478400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [DICTIONARIES, EVENT, DUPLICATE, QUARANTINE, KAFKA, UNDATED, PARTITIONS]) {
      await queryRunner.query(statement);
    }
    await queryRunner.query(APPEND_EVENTS);
    await queryRunner.query(FEED);
    // A month back, so that resends and a first read of a Kafka topic land in days; two weeks ahead.
    await queryRunner.query(`select create_partitions((now() at time zone 'UTC')::date, 31, 14, 400)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop table event, duplicate, quarantine, kafka_gap, kafka_position, kafka_topic, undated_key, notification,
        event_type, subject_kind, source, tenant, log_epoch;
      drop function append_events, feed, feed_horizon, create_partitions, roll_partitions, attach_partition,
        partition_bound, id_floor, id_instant;
      drop sequence event_seq;
    `);
  }
}

const DICTIONARIES = `
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
const EVENT = `
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

const DUPLICATE = `
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

const QUARANTINE = `
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

const KAFKA = `
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

const UNDATED = `
  create table undated_key (
    content_key uuid not null,
    event_id    uuid not null,
    received_at timestamptz not null,
    constraint pk_undated_key primary key (content_key)
  );`;

const PARTITIONS = `
  -- The smallest id an event of this instant can have: 48 bits of milliseconds, then zeros.
  create function id_floor(t timestamptz) returns uuid language sql immutable strict parallel safe as $$
    select (lpad(to_hex(floor(extract(epoch from t) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
  $$;

  create function id_instant(id uuid) returns timestamptz language sql immutable strict parallel safe as $$
    select to_timestamp(('x' || lpad(left(replace(id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint / 1000.0)
  $$;

  -- Lower (1) or upper (2) bound of a range partition; null where it is minvalue or maxvalue.
  create function partition_bound(p_table regclass, p_which integer) returns timestamptz language sql stable as $$
    select id_instant((regexp_match(
             pg_get_expr(c.relpartbound, c.oid),
             case p_which when 1 then 'FROM \\(''([0-9a-f-]{36})''' else 'TO \\(''([0-9a-f-]{36})''' end))[1]::uuid)
      from pg_class c where c.oid = p_table
  $$;

  -- CREATE LIKE + ATTACH never waits for open readers of the parent, CREATE … PARTITION OF does.
  create function attach_partition(p_parent text, p_name text, p_from timestamptz, p_to timestamptz) returns void
  language plpgsql as $$
  begin
    execute format('create table if not exists %I (like %I including all)', p_name, p_parent);
    execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                   p_parent, p_name, id_floor(p_from), id_floor(p_to));
  end $$;

  -- Days [today - p_back, today + p_ahead] and the three guards that make a missing partition impossible: low (all
  -- that is older), near (from the last day to p_near days after today), far (whatever a broken clock sends). Called once.
  create function create_partitions(p_today date, p_back integer, p_ahead integer, p_near integer) returns void
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

  -- Makes the days up to today + p_ahead out of the near guard, rows that already wait in it included. Runs in one
  -- short transaction; the caller sets lock_timeout and tries again later. A gateway that was away for long gets one
  -- wide partition for the time before the last month, so that the number of partitions stays bounded. When the near
  -- guard runs low, its upper bound moves and the far guard is cut too. Returns the number of partitions made.
  create function roll_partitions(p_today date, p_ahead integer, p_near integer) returns integer language plpgsql as $$
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
  end $$;`;

const APPEND_EVENTS = `
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

const FEED = `
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
