import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Replay jobs. A job is claimed by a session advisory lock on its number, so a dead worker's claim ends with its connection. */
export class CreateReplay1795478500000 implements MigrationInterface {
  name = 'CreateReplay1795478500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table replay (
        id           uuid not null,
        number       integer generated always as identity,
        state        text not null default 'pending'
          constraint ck_replay__state check (state in ('pending', 'running', 'completed', 'failed', 'cancelled')),
        filter       jsonb not null,
        target_url   text not null,
        created_at   timestamptz not null default clock_timestamp(),
        started_at   timestamptz,
        finished_at  timestamptz,
        end_position bigint not null,
        position     bigint not null default 0,
        sent_count   bigint not null default 0,
        retry_count  bigint not null default 0,
        failure      jsonb,
        constraint pk_replay primary key (id),
        constraint uq_replay__number unique (number)
      );
      create index ix_replay__unfinished on replay (number) where state in ('pending', 'running');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop table replay`);
  }
}
