import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPEND_EVENTS } from './create-event-log/append-events.js';
import { FEED } from './create-event-log/feed.js';
import { PARTITIONS } from './create-event-log/partitions.js';
import { DICTIONARIES, DUPLICATE, EVENT, KAFKA, QUARANTINE, UNDATED } from './create-event-log/tables.js';

/**
 * The event log: dictionaries, the partitioned tables `event` and `duplicate`, quarantine, Kafka positions, and the
 * functions that write and read them. The reasons stand in docs/adr/0001-event-log-in-postgres.md.
 */
export class CreateEventLog1795478400000 implements MigrationInterface {
  name = 'CreateEventLog1795478400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [DICTIONARIES, EVENT, DUPLICATE, QUARANTINE, KAFKA, UNDATED, PARTITIONS]) {
      await queryRunner.query(statement);
    }
    await queryRunner.query(APPEND_EVENTS);
    await queryRunner.query(FEED);
    // A month back, so that resends and a first read of a Kafka topic land in days; two weeks ahead.
    await queryRunner.query(`select create_partitions((now() at time zone 'UTC')::date, 31, 14, 400)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop table event, duplicate, quarantine, kafka_gap, kafka_position, kafka_topic, undated_key, notification,
        event_type, subject_kind, source, tenant, log_epoch;
      drop function append_events, feed, feed_horizon, create_partitions, roll_partitions, attach_partition,
        partition_bound, id_floor, id_instant;
      drop sequence event_seq;
    `);
  }
}
