import type { DataSource } from 'typeorm';
import { askDatabase, type Dictionaries } from '@chargelog/event-log';
import {
  dueOffset,
  isOtherLog,
  type GapRecording,
  type KafkaGap,
  type KafkaGapSummary,
  type KafkaPositions,
  type PartitionLog,
} from '@chargelog/pipeline';
import { KafkaPositionEntity } from './kafka.entity.js';

// One statement, one transaction: a position never moves over a gap that is not on record. Unlike a batch, this may move a
// position backwards (a topic made anew starts again at 0), so only from where the gap was seen; and not at all where no
// offset was due yet.
const RECORD_GAP = `
  with moved as (
    insert into kafka_position as held (kafka_topic_id, partition, next_offset, log_mark) values ($1, $2, $6, $10)
    on conflict (kafka_topic_id, partition) do update
       set next_offset = excluded.next_offset,
           log_number = held.log_number + $9,
           log_mark = case when $9 = 0 then coalesce(excluded.log_mark, held.log_mark) else excluded.log_mark end,
           updated_at = clock_timestamp()
     where held.next_offset = $7 and held.log_number = coalesce($8, held.log_number)
    returning log_number
  ), gap as (
    insert into kafka_gap (kafka_topic_id, partition, log_number, from_offset, to_offset, reason,
                           acknowledged_at, acknowledged_by, acknowledgement_reason)
    select $1, $2, log_number, $3, $4, $5, case when $11::text is not null then clock_timestamp() end, $11, $12
      from moved on conflict do nothing
  )
  select exists (select from moved) as moved`;

// The epoch that the log was made with: it stays when later ones follow.
const LOG_NAME = 'select epoch from log_epoch order by started_at, epoch limit 1';

// Counts over all rows, and one row of them: the latest that is not acknowledged, if there is such a one.
const SUMMARY = `
  select count(*) over ()::int as recorded,
         (count(*) filter (where g.acknowledged_at is null) over ())::int as unacknowledged,
         t.cluster_id, t.topic, g.partition, g.from_offset, g.to_offset, g.reason
    from kafka_gap g join kafka_topic t on t.id = g.kafka_topic_id
   where t.source_id = $1
   order by g.acknowledged_at is null desc, g.id desc limit 1`;

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
    private readonly dataSource: DataSource,
    private readonly names: Dictionaries,
  ) {}

  logName(): Promise<string> {
    return askDatabase(async () => {
      const [row] = await this.dataSource.query<{ epoch: string }[]>(LOG_NAME);
      if (row === undefined) throw new Error('log_epoch is empty; the database was not migrated by us');
      return row.epoch;
    });
  }

  load(sourceId: number, clusterId: string, topic: string): Promise<ReadonlyMap<number, bigint>> {
    return askDatabase(async () => {
      const kafkaTopicId = await this.names.kafkaTopicId({ sourceId, clusterId, topic });
      const rows = await this.dataSource.manager.findBy(KafkaPositionEntity, { kafkaTopicId });
      return new Map(rows.map(({ partition, nextOffset }) => [partition, BigInt(nextOffset)]));
    });
  }

  loadLogs(sourceId: number, clusterId: string, topic: string): Promise<ReadonlyMap<number, PartitionLog>> {
    return askDatabase(async () => {
      const kafkaTopicId = await this.names.kafkaTopicId({ sourceId, clusterId, topic });
      const rows = await this.dataSource.manager.findBy(KafkaPositionEntity, { kafkaTopicId });
      return new Map(
        rows.map(({ partition, logNumber, logMark }) => [
          partition,
          { number: logNumber, mark: logMark ?? undefined },
        ]),
      );
    });
  }

  recordGap(gap: KafkaGap, { resumeAt, logNumber, mark, acknowledged }: GapRecording): Promise<boolean> {
    return askDatabase(async () => {
      const [result] = await this.dataSource.query<{ moved: boolean }[]>(RECORD_GAP, [
        await this.names.kafkaTopicId(gap),
        gap.partition,
        gap.fromOffset.toString(),
        gap.toOffset.toString(),
        gap.reason,
        resumeAt.toString(),
        dueOffset(gap)?.toString(),
        logNumber,
        isOtherLog(gap.reason) ? 1 : 0,
        mark,
        acknowledged?.by,
        acknowledged?.reason,
      ]);
      return result?.moved === true;
    });
  }

  summarizeGaps(sourceId: number): Promise<KafkaGapSummary> {
    return askDatabase(async () => {
      const [row] = await this.dataSource.query<SummaryRow[]>(SUMMARY, [sourceId]);
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
      return { recorded, unacknowledged, latestUnacknowledged: unacknowledged > 0 ? latest : undefined };
    });
  }
}
