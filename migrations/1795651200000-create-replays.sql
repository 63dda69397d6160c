-- Jobs that send stored events again. A session advisory lock on `number` claims a job, so the claim of a dead worker ends
-- with its connection. A job that waits for another attempt waits in the queue, which is in the order of `due_at`, and
-- `retry` says what was tried. A finished job loses the query of its `target_url`, which may hold a credential.
create table replay (
  id           uuid        not null,
  number       integer     generated always as identity,
  state        text        not null default 'pending'
    constraint ck_replay__state check (state in ('pending', 'running', 'completed', 'failed', 'cancelled')),
  filter       jsonb       not null,
  normalized   boolean     not null,
  masked       boolean     not null,
  target_url   text        not null,
  created_at   timestamptz not null default clock_timestamp(),
  due_at       timestamptz not null default clock_timestamp(),
  started_at   timestamptz,
  finished_at  timestamptz,
  position     bigint      not null default 0,
  end_position bigint      not null,
  sent_count   bigint      not null default 0,
  retry_count  bigint      not null default 0,
  retry        jsonb,
  failure      jsonb,
  constraint pk_replay primary key (id),
  constraint uq_replay__number unique (number)
);
create index ix_replay__due on replay (due_at, number) where state in ('pending', 'running');
