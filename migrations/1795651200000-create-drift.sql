-- What bodies differ in from the catalogue, and the job that derives the columns of stored events anew.

-- One row per place and kind of difference, whatever the number of bodies. Places and rules only, never what a body held.
create table drift (
  tenant_id        smallint    not null references tenant,
  notification_id  integer     not null references notification,
  kind             text        not null,
  path             text        not null,
  expected         text        not null,
  first_seen_at    timestamptz not null,
  last_seen_at     timestamptz not null,
  count            bigint      not null,
  example_event_id uuid        not null,
  constraint pk_drift primary key (tenant_id, notification_id, kind, path)
);
create index ix_drift__last_seen on drift (last_seen_at);

-- One row: the job that runs or ran last. Its position makes it resumable; a session advisory lock claims it.
create table reindex (
  singleton         boolean     not null default true constraint ck_reindex__singleton check (singleton),
  catalogue_version smallint    not null,
  notifications     text[],     -- null: all
  dry_run           boolean     not null,
  state             text        not null constraint ck_reindex__state check (state in ('running', 'completed', 'cancelled')),
  requested_by      text        not null,
  started_at        timestamptz not null default clock_timestamp(),
  finished_at       timestamptz,
  position          bigint      not null default 0,
  end_position      bigint      not null,
  examined_count    bigint      not null default 0,
  changed_count     bigint      not null default 0,
  changes           jsonb       not null default '{}',
  constraint pk_reindex primary key (singleton)
);
