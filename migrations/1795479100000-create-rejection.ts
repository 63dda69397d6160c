import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of an entry of quarantine, and rejected deliveries: kept sealed for a while, counted for good. */
export class CreateRejection1795479100000 implements MigrationInterface {
  name = 'CreateRejection1795479100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(QUARANTINE_DECISION);
    await queryRunner.query(REJECTION);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop table rejection, rejection_count;
      drop index ix_quarantine__held;
      alter table quarantine drop column state, drop column decided_at, drop column decided_by, drop column decision,
        drop column released_as;
    `);
  }
}

// `decision` is the event id of a released entry, the given reason of a discarded one. `released_as` is the outcome the
// release had, told again to whoever asks again. The bytes stay whatever was decided.
const QUARANTINE_DECISION = `
  alter table quarantine
    add column state text not null default 'held'
      constraint ck_quarantine__state check (state in ('held', 'released', 'discarded')),
    add column decided_at  timestamptz,
    add column decided_by  text,
    add column decision    text,
    add column released_as text
      constraint ck_quarantine__released_as check (released_as in ('stored', 'duplicate')),
    add constraint ck_quarantine__decided
      check (state = 'held' or (decided_at is not null and decided_by is not null and decision is not null)),
    add constraint ck_quarantine__released check ((state = 'released') = (released_as is not null));
  create index ix_quarantine__held on quarantine (received_at, delivery_key) where state = 'held';`;

// The id becomes the delivery key when the delivery is admitted after all, so that doing it twice admits it once.
// `ciphertext` holds headers and body: what a stranger sent is nobody's to read until it verifies.
const REJECTION = `
  create table rejection (
    id          uuid        not null,
    source_id   smallint    not null references source,
    received_at timestamptz not null,
    reason      text        not null,
    bytes       integer     not null,
    key_id      text        not null,
    ciphertext  bytea       not null,
    constraint pk_rejection primary key (id)
  );
  alter table rejection alter column ciphertext set storage external; -- it does not compress
  create index ix_rejection__source on rejection (source_id, id); -- ids ascend with arrival
  create index ix_rejection__received on rejection (received_at);

  -- One row per source, hour and reason, written by every instance: bounded, whatever a flood sends.
  create table rejection_count (
    source_id smallint    not null references source,
    hour      timestamptz not null,
    reason    text        not null,
    rejected  bigint      not null default 0,
    kept      bigint      not null default 0,
    constraint pk_rejection_count primary key (source_id, hour, reason)
  );`;
