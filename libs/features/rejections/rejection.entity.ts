import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { SourceEntity } from '@chargelog/features/sources';
import type { RejectionReason } from './rejection-reason.js';

@Entity('rejection')
export class RejectionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @ManyToOne(() => SourceEntity, { nullable: false })
  @JoinColumn({ name: 'source_id' })
  source!: SourceEntity;

  @Column({ type: 'timestamptz', name: 'received_at' })
  receivedAt!: Date;

  @Column('text')
  reason!: RejectionReason;

  /** Length of the body. */
  @Column('int')
  bytes!: number;

  @Column({ type: 'text', name: 'key_id' })
  keyId!: string;

  /** Headers and body; only where it is asked for, or a page would load all bodies. */
  @Column('bytea', { select: false })
  ciphertext!: Buffer;
}

/** One row per source, hour and reason, whatever a flood sends. */
@Entity('rejection_count')
export class RejectionCountEntity {
  @PrimaryColumn({ type: 'smallint', name: 'source_id' })
  sourceId!: number;

  @ManyToOne(() => SourceEntity, { nullable: false })
  @JoinColumn({ name: 'source_id' })
  source!: SourceEntity;

  /** The full hour in which they came. */
  @PrimaryColumn('timestamptz')
  hour!: Date;

  @PrimaryColumn('text')
  reason!: RejectionReason;

  /** bigint: decimal text. */
  @Column('bigint')
  rejected!: string;

  /** bigint: decimal text. */
  @Column('bigint')
  kept!: string;
}
