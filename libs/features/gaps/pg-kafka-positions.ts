import type pg from 'pg';
import { type Dictionaries, toReadError } from '@chargelog/event-log';
import { dueOffset, type KafkaGap, type KafkaGapSummary, type KafkaPositions } from '@chargelog/pipeline';

interface SummaryRow {
  readonly recorded: number;
  readonly unacknowledged: number;
  readonly cluster_id: string;
  readonly topic: string;
  readonly partition: number;
  readonly from_offset: string;
  readonly to_offset: string;
  readonly reason: KafkaGap['reason'];
}

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

  async recordGap(gap: KafkaGap, resumeAt: bigint): Promise<boolean> {
    try {
      const topicId = await this.names.kafkaTopicId(gap);
      // One statement, one transaction: a position never moves over a gap that is not on record. Unlike a batch, this may
      // move a position backwards (a topic made anew starts again at 0), so only from where the gap was seen.
      const { rows } = await this.pool.query<{ moved: boolean }>(
        `with moved as (
           insert into kafka_position as held (kafka_topic_id, partition, next_offset) values ($1, $2, $6)
           on conflict (kafka_topic_id, partition) do update
              set next_offset = excluded.next_offset, updated_at = clock_timestamp()
            where held.next_offset = $7
           returning 1
         ), gap as (
           insert into kafka_gap (kafka_topic_id, partition, from_offset, to_offset, reason)
           select $1, $2, $3, $4, $5 from moved on conflict do nothing
         )
         select exists (select from moved) as moved`,
        [
          topicId,
          gap.partition,
          gap.fromOffset.toString(),
          gap.toOffset.toString(),
          gap.reason,
          resumeAt.toString(),
          dueOffset(gap).toString(),
        ],
      );
      return rows[0]?.moved === true;
    } catch (error) {
      throw toReadError(error);
    }
  }

  async summarizeGaps(sourceId: number): Promise<KafkaGapSummary> {
    try {
      // Counts over all rows, and one row of them: the latest that is not acknowledged, if there is such a one.
      const { rows } = await this.pool.query<SummaryRow>(
        `select count(*) over ()::int as recorded,
                (count(*) filter (where g.acknowledged_at is null) over ())::int as unacknowledged,
                t.cluster_id, t.topic, g.partition, g.from_offset, g.to_offset, g.reason
           from kafka_gap g join kafka_topic t on t.id = g.kafka_topic_id
          where t.source_id = $1
          order by g.acknowledged_at is null desc, g.id desc limit 1`,
        [sourceId],
      );
      const [row] = rows;
      if (row === undefined) return { recorded: 0, unacknowledged: 0, latestUnacknowledged: undefined };
      const latest: KafkaGap = {
        sourceId,
        clusterId: row.cluster_id,
        topic: row.topic,
        partition: row.partition,
        fromOffset: BigInt(row.from_offset),
        toOffset: BigInt(row.to_offset),
        reason: row.reason,
      };
      const { recorded, unacknowledged } = row;
      return {
        recorded,
        unacknowledged,
        latestUnacknowledged: unacknowledged > 0 ? latest : undefined,
      };
    } catch (error) {
      throw toReadError(error);
    }
  }
}
