import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, VirtualColumn } from 'typeorm';
import { KafkaTopicEntity } from '@chargelog/features/gaps';
import { SourceEntity } from '@chargelog/features/sources';
import type { QuarantineReason } from '@chargelog/pipeline';

/** `held` until a person decides; a `released` entry counts as what it became, no longer as quarantined. */
export type QuarantineState = 'held' | 'released' | 'discarded';

/** Written by the event log, in the transaction of a batch; here it is read and decided about. */
@Entity('quarantine')
export class QuarantineEntity {
  @PrimaryColumn({ type: 'uuid', name: 'delivery_key' })
  deliveryKey!: string;

  @Column({ type: 'timestamptz', name: 'received_at' })
  receivedAt!: Date;

  @ManyToOne(() => SourceEntity, { nullable: false })
  @JoinColumn({ name: 'source_id' })
  source!: SourceEntity;

  /** bigint: decimal text. */
  @Column({ type: 'bigint', name: 'kafka_offset', nullable: true })
  kafkaOffset!: string | null;

  /** ms since 1970 UTC, as decimal text. */
  @Column({ type: 'bigint', name: 'kafka_timestamp', nullable: true })
  kafkaTimestamp!: string | null;

  @ManyToOne(() => KafkaTopicEntity, { nullable: true })
  @JoinColumn({ name: 'kafka_topic_id' })
  kafkaTopic!: KafkaTopicEntity | null;

  @Column({ type: 'int', name: 'kafka_partition', nullable: true })
  kafkaPartition!: number | null;

  /** Index into `SIGNATURE_FORMS`. */
  @Column({ type: 'smallint', name: 'signature_form', nullable: true })
  signatureForm!: number | null;

  /** Name of the secret that verified it. */
  @Column({ type: 'text', name: 'signed_by', nullable: true })
  signedBy!: string | null;

  @Column('text')
  reason!: QuarantineReason;

  @Column('text')
  detail!: string;

  /** JSON. */
  @Column('text')
  headers!: string;

  /** The body; only where it is asked for, or a page would load all bodies. */
  @Column('bytea', { select: false })
  raw!: Buffer;

  /** Length of the body. Reads no more than the row: a page of large bodies costs no more than one of small ones. */
  @VirtualColumn({ type: 'int', query: (alias) => `octet_length(${alias}.raw)` })
  bytes!: number;

  @Column('text')
  state!: QuarantineState;

  @Column({ type: 'timestamptz', name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column({ type: 'text', name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  /** The event id of a released entry, the given reason of a discarded one. */
  @Column('text', { nullable: true })
  decision!: string | null;

  /** The outcome that the release had. */
  @Column({ type: 'text', name: 'released_as', nullable: true })
  releasedAs!: 'stored' | 'duplicate' | null;
}
