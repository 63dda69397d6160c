import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPEND_EVENTS } from './create-event-log/append-events.js';

/** Undated bodies that are admitted late find the event of their own time. */
export class AdmitUndatedLate1795479350000 implements MigrationInterface {
  name = 'AdmitUndatedLate1795479350000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FIND_SAME_CONTENT);
    await queryRunner.query(withInserted(replacing(APPEND_EVENTS), AFTER_DECISION, FIND_OWN_TIME));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(replacing(APPEND_EVENTS));
    await queryRunner.query('drop function find_same_content(text[], uuid, uuid)');
  }
}

/** Ends the statement that gives each undated body its event. */
const AFTER_DECISION = 'left join decided d on d.content_key = u.k;\n';

// Ids of the same content differ in their time alone. A custom plan, so that many contents are looked up by hash and the
// partitions of other days are not opened.
const FIND_SAME_CONTENT = `
  create function find_same_content(p_content text[], p_from uuid, p_before uuid) returns setof uuid
  language plpgsql set plan_cache_mode = force_custom_plan as $$
  begin
    return query
      select e.id from event e where e.id >= p_from and e.id < p_before and substr(e.id::text, 14) = any (p_content);
  end $$;`;

// `undated_key` remembers one event of each content, the latest, and for a day. What is released from quarantine or
// admitted after a rejection arrived before that: the event it is a copy of is looked for among the events of its time. Only
// for those, because it reads the ids of all events of the window; once for all whose windows meet. The key's row is locked
// by now, so two that are admitted at once take turns.
const FIND_OWN_TIME = `
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
              from unnest(p_id, p_undated_key, p_received_at, p_notification_id) with ordinality
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
`;

function replacing(definition: string): string {
  return definition.replace('create function', 'create or replace function');
}

function withInserted(text: string, mark: string, what: string): string {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error('append_events is not as the first migration made it');
  return text.slice(0, at + mark.length) + what + text.slice(at + mark.length);
}
