import type { EventFilter } from '@chargelog/pipeline';
import type { ReplayFailure, ReplayRetry, ReplayState } from './replay.js';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('replay')
export class ReplayEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** Names the advisory lock that claims the job. */
  @Column({ type: 'int', insert: false, update: false })
  number!: number;

  @Column('text')
  state!: ReplayState;

  @Column('jsonb')
  filter!: EventFilter;

  @Column({ type: 'text', name: 'target_url' })
  targetUrl!: string;

  @Column('boolean')
  normalized!: boolean;

  @Column('boolean')
  masked!: boolean;

  @Column({ type: 'timestamptz', name: 'created_at', insert: false })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column({ type: 'bigint', name: 'end_position' })
  endPosition!: string;

  @Column({ type: 'bigint', insert: false })
  position!: string;

  @Column({ type: 'bigint', name: 'sent_count', insert: false })
  sentCount!: string;

  @Column({ type: 'bigint', name: 'retry_count', insert: false })
  retryCount!: string;

  @Column({ type: 'jsonb', nullable: true, insert: false })
  retry!: ReplayRetry | null;

  /** The queue is in this order. */
  @Column({ type: 'timestamptz', name: 'due_at', insert: false })
  dueAt!: Date;

  @Column({ type: 'jsonb', nullable: true })
  failure!: ReplayFailure | null;
}
