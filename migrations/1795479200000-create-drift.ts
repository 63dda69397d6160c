import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What bodies differ in from the catalogue, the form replays send, and the work of recomputing derived columns. */
export class CreateDrift1795479200000 implements MigrationInterface {
  name = 'CreateDrift1795479200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [REPLAY_FORM, DRIFT, REINDEX]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop table drift, reindex;
      alter table replay drop column normalized, drop column masked;
    `);
  }
}

// Jobs that exist send what they began with: the body as received, whole.
const REPLAY_FORM = `
  alter table replay
    add column normalized boolean not null default false,
    add column masked     boolean not null default false;
  alter table replay alter column normalized drop default, alter column masked drop default;`;

// One row per place and kind of difference, whatever the number of bodies. Places and rules only, never what a body held.
const DRIFT = `
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
  create index ix_drift__last_seen on drift (last_seen_at);`;

// One row: the job that runs or ran last. Its position makes it resumable; a session advisory lock claims it.
const REINDEX = `
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
  );`;
