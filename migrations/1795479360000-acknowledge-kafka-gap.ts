import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Gaps get a short name, and who has taken note of each. */
export class AcknowledgeKafkaGap1795479360000 implements MigrationInterface {
  name = 'AcknowledgeKafkaGap1795479360000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ACKNOWLEDGEMENT);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table kafka_gap drop column id, drop column acknowledged_at, drop column acknowledged_by,
        drop column acknowledgement_reason;
    `);
  }
}

// The range stays the primary key: the same range again is the same gap, and keeps its acknowledgement.
const ACKNOWLEDGEMENT = `
  alter table kafka_gap
    add column id bigint generated always as identity constraint uq_kafka_gap__id unique,
    add column acknowledged_at        timestamptz,
    add column acknowledged_by        text,
    add column acknowledgement_reason text,
    add constraint ck_kafka_gap__acknowledged
      check (num_nulls(acknowledged_at, acknowledged_by, acknowledgement_reason) in (0, 3));`;
