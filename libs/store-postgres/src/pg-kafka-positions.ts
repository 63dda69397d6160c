import type { KafkaGap, KafkaPositions } from '@chargelog/pipeline';
import type pg from 'pg';
import type { Dictionaries } from './dictionaries.js';
import { toReadError } from './sql-errors.js';

export class PgKafkaPositions implements KafkaPositions {
  constructor(
    private readonly pool: pg.Pool,
    private readonly names: Dictionaries,
  ) {}

  async load(sourceId: number, clusterId: string, topic: string): Promise<ReadonlyMap<number, bigint>> {
    try {
      const topicId = await this.names.kafkaTopicId({ sourceId, clusterId, topic });
      const { rows } = await this.pool.query<{ partition: number; next_offset: string }>(
        'select partition, next_offset from kafka_position where kafka_topic_id = $1',
        [topicId],
      );
      return new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]));
    } catch (error) {
      throw toReadError(error);
    }
  }

  async recordGap(gap: KafkaGap, resumeAt: bigint): Promise<void> {
    try {
      const topicId = await this.names.kafkaTopicId(gap);
      // One statement, one transaction: a position never moves over a gap that is not on record. Unlike a batch, this may
      // move a position backwards: a topic made anew starts again at 0.
      await this.pool.query(
        `with gap as (
           insert into kafka_gap (kafka_topic_id, partition, from_offset, to_offset, reason)
           values ($1, $2, $3, $4, $5) on conflict do nothing
         )
         insert into kafka_position (kafka_topic_id, partition, next_offset) values ($1, $2, $6)
         on conflict (kafka_topic_id, partition) do update
            set next_offset = excluded.next_offset, updated_at = clock_timestamp()`,
        [
          topicId,
          gap.partition,
          gap.fromOffset.toString(),
          gap.toOffset.toString(),
          gap.reason,
          resumeAt.toString(),
        ],
      );
    } catch (error) {
      throw toReadError(error);
    }
  }

  async countGaps(sourceId: number): Promise<number> {
    try {
      const { rows } = await this.pool.query<{ gaps: number }>(
        `select count(*)::int as gaps from kafka_gap g join kafka_topic t on t.id = g.kafka_topic_id where t.source_id = $1`,
        [sourceId],
      );
      return rows[0]?.gaps ?? 0;
    } catch (error) {
      throw toReadError(error);
    }
  }
}
