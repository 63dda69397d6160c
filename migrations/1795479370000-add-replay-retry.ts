import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A replay that waits for another attempt waits in the queue, which is in the order of `due_at`, and knows there what
 * was tried. Finished ones lose the query of their target, which may hold a credential.
 */
export class AddReplayRetry1795479370000 implements MigrationInterface {
  name = 'AddReplayRetry1795479370000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table replay
        add column due_at timestamptz,
        add column retry  jsonb;
      update replay
         set due_at = created_at,
             target_url = case when finished_at is null then target_url else regexp_replace(target_url, '\\?.*$', '?') end;
      alter table replay
        alter column due_at set default clock_timestamp(),
        alter column due_at set not null;
      drop index ix_replay__unfinished;
      create index ix_replay__due on replay (due_at, number) where state in ('pending', 'running');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop index ix_replay__due;
      create index ix_replay__unfinished on replay (number) where state in ('pending', 'running');
      alter table replay drop column due_at, drop column retry;
    `);
  }
}
