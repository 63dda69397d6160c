import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { SourceEntity } from '@chargelog/features/sources';
import type { KafkaGap, LogMark } from '@chargelog/pipeline';

@Entity('kafka_topic')
export class KafkaTopicEntity {
  @PrimaryGeneratedColumn('identity', { type: 'int' })
  id!: number;

  @ManyToOne(() => SourceEntity, { nullable: false })
  @JoinColumn({ name: 'source_id' })
  source!: SourceEntity;

  @Column({ type: 'text', name: 'cluster_id' })
  clusterId!: string;

  @Column('text')
  topic!: string;
}

/** Written with every Kafka batch by the event log, and with a gap. */
@Entity('kafka_position')
export class KafkaPositionEntity {
  @PrimaryColumn({ type: 'int', name: 'kafka_topic_id' })
  kafkaTopicId!: number;

  @PrimaryColumn('int')
  partition!: number;

  /** bigint: decimal text. */
  @Column({ type: 'bigint', name: 'next_offset' })
  nextOffset!: string;

  @Column({ type: 'int', name: 'log_number' })
  logNumber!: number;

  @Column({ type: 'jsonb', name: 'log_mark', nullable: true })
  logMark!: LogMark | null;
}

@Entity('kafka_gap')
export class KafkaGapEntity {
  /** bigint: decimal text. Unique; the primary key of the table is the range, so that the same range is the same gap. */
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  id!: string;

  @ManyToOne(() => KafkaTopicEntity, { nullable: false })
  @JoinColumn({ name: 'kafka_topic_id' })
  topic!: KafkaTopicEntity;

  @Column('int')
  partition!: number;

  @Column({ type: 'int', name: 'log_number' })
  logNumber!: number;

  /** bigint: decimal text. */
  @Column({ type: 'bigint', name: 'from_offset' })
  fromOffset!: string;

  /** bigint: decimal text. */
  @Column({ type: 'bigint', name: 'to_offset' })
  toOffset!: string;

  @Column('text')
  reason!: KafkaGap['reason'];

  @Column({ type: 'timestamptz', name: 'detected_at', insert: false })
  detectedAt!: Date;

  @Column({ type: 'timestamptz', name: 'acknowledged_at', nullable: true })
  acknowledgedAt!: Date | null;

  @Column({ type: 'text', name: 'acknowledged_by', nullable: true })
  acknowledgedBy!: string | null;

  @Column({ type: 'text', name: 'acknowledgement_reason', nullable: true })
  acknowledgementReason!: string | null;
}
