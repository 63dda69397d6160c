// A bounded stretch of the log by position, as the feed reads it, so that a filter that matches little cannot make one
// page run for minutes. The left join keeps one row for a stretch in which nothing matches.
export const REINDEX_PAGE = `
  with stretch as materialized (
    select seq, id from event where seq > $1::bigint and seq <= $2::bigint order by seq limit $3::int
  ), scanned as (
    select case when count(*) < $3::int then $2::bigint else max(seq) end as position from stretch
  )
  select scanned.position::text as scanned, e.id, e.seq::text as seq, e.type_id, e.notification_id, e.flags, e.subject_kind_id,
         e.subject_id, e.charge_point_id::text, e.evse_id::text, e.session_id::text, e.user_id::text, e.location_id::text, e.raw
    from scanned left join (
      select found.* from stretch join event found on found.id = stretch.id join notification n on n.id = found.notification_id
       where $4::text[] is null or n.name = any ($4)
    ) e on true
   order by e.seq`;

// Neither id nor position nor bytes: what a cursor, a copy or a signature rests on never moves.
export const REINDEX_UPDATE = `
  update event e
     set catalogue_version = $1::smallint, type_id = u.type_id, flags = u.flags, charge_point_id = u.charge_point_id,
         evse_id = u.evse_id, session_id = u.session_id, user_id = u.user_id, location_id = u.location_id,
         subject_kind_id = u.subject_kind_id, subject_id = u.subject_id
    from unnest($2::uuid[], $3::smallint[], $4::smallint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
                $10::smallint[], $11::text[])
           as u(id, type_id, flags, charge_point_id, evse_id, session_id, user_id, location_id, subject_kind_id, subject_id)
   where e.id = u.id`;

/** Kinds of change that are told apart; a catalogue has few, a fault of ours could make many. */
const MAX_KINDS = 200;

export const REINDEX_PROGRESS = `
  update reindex
     set position = $1::bigint, examined_count = examined_count + $2::int, changed_count = changed_count + $3::int,
         changes = (
           select coalesce(jsonb_object_agg(key, count), '{}') from (
             select key, sum(value::bigint) as count
               from (select * from jsonb_each_text(changes) union all select * from jsonb_each_text($4::jsonb)) entries(key, value)
              group by key order by count desc limit ${MAX_KINDS}) kinds)
   returning state`;
