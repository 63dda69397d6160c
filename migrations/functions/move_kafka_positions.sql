-- Moves the positions of Kafka partitions whose log is known, in the transaction of the batch that reached them: one element
-- of the parallel arrays for each partition. Stands in one statement behind append_events(), whose own positions are those
-- of partitions of which no log is known. Returns no row.
--
-- Never backwards: the late batch of a partition's former owner must not undo what the new owner has stored. Nor from one log
-- to another: offsets of a topic that was deleted since say nothing of the one that has its name now.
create or replace function move_kafka_positions(
  p_topic_id  integer[],
  p_partition integer[],
  p_next      bigint[],
  p_log       integer[],
  p_mark      text[] -- JSON; null keeps what is there
) returns setof integer language plpgsql as $$
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
end $$;
